"""Chasing from the list of projects: the units of the chosen ones are asked for the reports that they owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.lists.acts import Act, Line, Outcome, Values
from core.refusals import Refused
from core.web.forms import offer
from dispatch.rounds import chasing, services
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.permissions import can_chase
from organization.people.models import User
from organization.units.models import Unit
from projects.models import Project


class ChaseForm(forms.Form):
    """Which open round is asked for."""

    round = forms.ChoiceField(label=gettext_lazy("Report asked for"))

    def __init__(self, *args: Any, county: Unit, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = Round.objects.filter(county=county, closed_at=None).select_related("county").order_by("due_at", "pk")
        offer(self, "round", [(str(one.pk), services.title(one)) for one in opened])

    def clean_round(self) -> int:
        return int(self.cleaned_data["round"])


def look(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    """Whom each of the projects is asked of; those that owe nothing, or whose unit was asked lately, stay."""
    opened = Round.objects.filter(county=county, pk=values["round"]).first() if values else None
    projects = Project.objects.visible_to(user).filter(pk__in=pks).select_related("lead_unit").in_bulk()
    rows = {row.project_id: row for row in _missing(opened, pks)} if opened else {}
    units = {row.unit.standing for row in rows.values()}
    posts, newest = chasing.answering(units), chasing.newest(opened) if opened else {}
    found = []
    for project in (projects[pk] for pk in pks if pk in projects):
        row, href = rows.get(project.pk), reverse("projects:page", args=[project.pk])
        was, will, why = str(project.lead_unit), "", ""
        if row is not None:
            unit = row.unit.standing
            held = [post for post in posts.get(unit.pk, []) if post.holder]
            will = _("%(unit)s is asked: %(people)s") % {
                "unit": unit,
                "people": _(", ").join(str(post.holder) for post in held),
            }
            if not held:
                why = _("Nobody holds a post there")
            elif chasing.lately(newest.get(unit.pk), now):
                why = _("Its unit was asked within the last hour already")
        elif opened is not None:
            why = _("Handed in already, or not asked for in this round")
        found.append(Line(project.pk, project.name, href, row.pk if row else 0, was, will, why))
    return found


def _missing(opened: Round, pks: Sequence[int]) -> Any:
    rows = RoundRow.objects.missing_in(opened).filter(project__in=pks)
    return rows.select_related("unit__parent", "unit__merged_into__parent")


def do(county: Unit, *, round: int, version: Mapping[int, int], by: User, now: datetime) -> Outcome:
    """Each unit once, with those of its projects that were chosen. Raises NotAllowed, Refused."""
    opened = Round.objects.filter(county=county, pk=round).select_related("county").first()
    if opened is None:
        raise Refused(_("The round is closed: nothing is asked for any more."))
    units = {row.unit.standing.pk for row in _missing(opened, list(version))}
    done = services.chase(opened, units, by=by, now=now, projects=version)
    told = len(done.told)
    said = ngettext("%(n)s unit asked: %(units)s", "%(n)s units asked: %(units)s", told)
    words = [said % {"n": told, "units": _(", ").join(map(str, done.told))}]
    if done.lately:
        words.append(
            _("Asked within the last hour already: %(units)s") % {"units": _(", ").join(map(str, done.lately))}
        )
    return Outcome(_("; ").join(words))


ACTS = (
    Act(
        "chase",
        of="projects",
        label=gettext_lazy("Chase reports"),
        order=30,
        can=can_chase,
        form=ChaseForm,
        look=look,
        do=do,
        note=gettext_lazy("The notices go out at once and can't be taken back"),
    ),
)
