"""The turn of the year in to-do lists: the office's steps from December on, units' figures once it is sent round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.days.office import at
from core.due import Due, DueItem
from organization.people.models import User
from organization.permissions import works_for
from organization.units.models import Unit
from projects.turn.force import plans_in_force, without_amount
from projects.turn.models import GOES_ON, TurnOfYear
from projects.turn.permissions import can_turn_year

END_OF_WORK = time(18, 0)


def _turning(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    today = timezone.localdate(now)
    if today.month not in (12, 1, 2, 3):
        return
    year = today.year + (today.month == 12)
    turn = TurnOfYear.objects.filter(county=county, year=year).select_related("county").first()
    yield from _of_office(county, turn, year, person)
    if turn is not None and turn.state == TurnOfYear.State.SENT and turn.fill_by:
        yield from _of_units(turn, turn.fill_by, person)


def _of_office(county: Unit, turn: TurnOfYear | None, year: int, person: User | None) -> Iterator[DueItem]:
    """Until the plans are in force."""
    if person is not None and not can_turn_year(person, county):
        return
    if turn.state == TurnOfYear.State.IN_FORCE if turn else plans_in_force(county, year):
        return
    office = Unit.objects.filter(county=county, kind="office", active=True).order_by("pk").first()
    yield DueItem(
        kind="turn_of_year",
        key=f"turn_of_year:{county.pk}:{year}",
        unit_id=office.pk if office else county.pk,
        title=_("Turn into %(year)s") % {"year": year},
        about=_state(turn) if turn else _("not prepared yet"),
        due_at=at(date(year - 1, 12, 31), END_OF_WORK),
        link=reverse("projects:turn", args=[year]),
        action=_("Open"),
    )


def _state(turn: TurnOfYear) -> str:
    """The state; how many units have answered, while they are asked."""
    if turn.state != TurnOfYear.State.SENT:
        return turn.get_state_display()
    answered = turn.answers.exclude(sent_at=None).count()
    return _("%(state)s, %(n)s have sent back") % {"state": turn.get_state_display(), "n": answered}


def _of_units(turn: TurnOfYear, fill_by: date, person: User | None) -> Iterator[DueItem]:
    """Each unit with projects that go on, until it has sent its figures back."""
    lacks = Counter(one.lead_unit_id for one in without_amount(turn))
    answers = {one.unit_id: one for one in turn.answers.all()}
    going = turn.lines.filter(becomes__in=GOES_ON).order_by().values("project__lead_unit")
    for unit in Unit.objects.filter(pk__in=going).order_by("position", "pk"):
        pk, answer, n = unit.pk, answers.get(unit.pk), lacks[unit.pk]
        if (answer and answer.sent_at) or (person is not None and not works_for(person, unit)):
            continue
        about = ngettext("%(n)s project has no amount", "%(n)s projects have no amount", n) % {"n": n}
        if answer and answer.again_why:
            about = _("asked for again: %(why)s") % {"why": answer.again_why}
        elif not n:
            about = _("filled in, not sent back yet")
        yield DueItem(
            kind="turn_figures",
            key=f"turn_figures:{pk}:{turn.year}",
            unit_id=pk,
            title=_("Fill in the plans of %(year)s") % {"year": turn.year},
            about=about,
            due_at=at(fill_by, END_OF_WORK),
            link=f"{reverse('projects:plans', args=[turn.year])}?unit={pk}",
            action=_("Fill in"),
            count=n or 1,
        )


KINDS = {
    "turn_of_year": gettext_lazy("The turn of the year"),
    "turn_figures": gettext_lazy("Figures for the next year"),
}
DUE = (Due("turn", _turning, KINDS),)
