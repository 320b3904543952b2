"""Projects chosen on the list of projects are put on a list of the year, or taken off one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.lists.acts import Act, Line, Outcome, Values
from core.models import Done
from organization.people.models import User
from organization.units.models import Unit
from projects.many.acts import WITHIN_A_DAY
from projects.many.rows import aside
from projects.registry.models import Project
from projects.rosters import services
from projects.rosters.effect import Effect, effect_of
from projects.rosters.forms import StayForm
from projects.rosters.models import Listed, Roster
from projects.rosters.permissions import can_keep_lists

PART = "projects/rosters/_effect.html"
Why = Callable[[Listed | None, date], str]


def _lines(user: User, pks: Sequence[int], values: Values | None, why: Why, will: str, pursued: bool) -> list[Line]:
    projects = Project.objects.visible_to(user).in_bulk(list(pks))
    seen = services.stamps(pks)
    roster: Roster | None = values["roster"] if values else None
    on: date | None = values["on"] if values else None
    stays = Listed.objects.filter(project__in=projects).select_related("roster").order_by("entered_on", "pk")
    there: dict[int, list[str]] = {}
    last: dict[int, Listed] = {}
    for stay in stays:
        if stay.left_on is None:
            there.setdefault(stay.project_id, []).append(str(stay.roster))
        if stay.roster_id == (roster.pk if roster else 0):
            last[stay.project_id] = stay
    found = []
    for project in (projects[pk] for pk in pks if pk in projects):
        refused = aside(project) if pursued else ""
        if not refused and roster and on:
            refused = why(last.get(project.pk), on)
        said = will % {"list": roster, "day": figures.day(on)} if roster and on else ""
        href = reverse("projects:page", args=[project.pk])
        was = _(", ").join(there.get(project.pk, [])) or _("on no list")
        found.append(Line(project.pk, project.name, href, seen[project.pk], was, said, refused))
    return found


def _put(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    return _lines(user, pks, values, services.entry_refused, _("on “%(list)s” since %(day)s"), pursued=True)


def _off(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    return _lines(user, pks, values, services.exit_refused, _("off “%(list)s” from %(day)s on"), pursued=False)


def _if_put(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values) -> Effect | None:
    return effect_of(user, values["roster"], now, on=pks)


def _if_off(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values) -> Effect | None:
    return effect_of(user, values["roster"], now, off=pks)


def _by(verb: Callable[..., Done]) -> Callable[..., Outcome]:
    def do(county: Any, **told: Any) -> Outcome:
        done = verb(county, **told)
        return Outcome(done.said, done)

    return do


ACTS = (
    Act(
        "list-on",
        of="projects",
        label=gettext_lazy("Put on a list"),
        order=34,
        can=can_keep_lists,
        form=StayForm,
        look=_put,
        do=_by(services.put_on),
        note=WITHIN_A_DAY,
        undo=services.PUT,
        effect=_if_put,
        effect_part=PART,
    ),
    Act(
        "list-off",
        of="projects",
        label=gettext_lazy("Take off a list"),
        order=35,
        can=can_keep_lists,
        form=StayForm,
        look=_off,
        do=_by(services.take_off),
        note=WITHIN_A_DAY,
        undo=services.TAKEN,
        effect=_if_off,
        effect_part=PART,
    ),
)
