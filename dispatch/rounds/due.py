from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.days.office import unknown_years
from core.due import Due, DueItem
from dispatch.rounds import services as rounds
from dispatch.rounds.models import NOT_WRITTEN, Extension, Round, RoundRow
from dispatch.rounds.more_days import due_for, given_in
from dispatch.rounds.windows import MONTHLY
from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.units.models import Unit, is_within


def _weeks(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One item for each unit that owes lines in an open week, or in a round of a day."""
    opened = {
        r.pk: r
        for r in Round.objects.exclude(kind=MONTHLY).filter(county=county, closed_at=None).select_related("county")
    }
    rows = RoundRow.objects.asked().filter(NOT_WRITTEN, round__in=opened).order_by("round", "unit")
    more = given_in(opened)
    own = None if person is None else units_of(person, *UNIT_ROLES, county=county)
    owed = rows.values_list("round", "unit", "unit__code", "unit__path").annotate(n=Count("pk"))
    for round_id, unit_id, code, path, n in owed if own is None or own else ():
        if own is not None and not is_within(path, own):
            continue
        week = opened[round_id]
        yield DueItem(
            kind="week_fill",
            key=f"week:{round_id}:{unit_id}",
            unit_id=unit_id,
            title=_("Fill in: %(report)s") % {"report": rounds.title(week)},
            about=ngettext("%(n)s project", "%(n)s projects", n) % {"n": n},
            due_at=due_for(week, unit_id, more.get(round_id, {})),
            link=f"{reverse('dispatch:week', args=[week.period])}?unit={code}",
            action=_("Fill in"),
            count=n,
        )


def _workdays(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """For the office, while nobody has told which working days of a year are moved."""
    if person is not None and not person.is_office_of(county):
        return
    for year in unknown_years(now):
        yield DueItem(
            kind="workdays",
            key=f"workdays:{year}",
            unit_id=county.pk,
            title=_("Mind the working days of %(year)s") % {"year": year},
            about=_("its moved days aren't known yet: deadlines count weekends as they stand"),
            link=reverse("dispatch:rounds"),
            action=_("See the rounds"),
        )


KINDS = {"week_fill": gettext_lazy("Weekly reports and those of a day")}
MORE_DAYS = {"more_days": gettext_lazy("More days that units ask for")}


def _more_days(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """For the office: units that asked for more days, until the round is due."""
    if person is not None and not person.is_office_of(county):
        return
    opened = Round.objects.still_open(county).order_by().values("pk")
    asked = Extension.objects.filter(round__in=opened, answered_at=None).select_related("unit", "round__county")
    for one in asked:
        yield DueItem(
            kind="more_days",
            key=f"more_days:{one.pk}",
            unit_id=county.pk,
            title=_("Answer: %(unit)s asks for more days") % {"unit": one.unit},
            about=rounds.title(one.round),
            why=one.why,
            due_at=one.round.due_at,
            link=f"{reverse('dispatch:round', args=[one.round_id])}#more-days",
            action=_("Answer"),
        )


DUE = (Due("weeks", _weeks, KINDS), Due("workdays", _workdays), Due("more_days", _more_days, MORE_DAYS))
