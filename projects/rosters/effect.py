"""What putting projects on a list, or taking them off, does to what is counted over it: before it is done. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.amounts import figures
from core.days.periods import Period
from core.scopes import Counted, Scope, scopes_over
from organization.people.models import User
from organization.units.models import Unit
from organization.units.tree import homes_on, units_of_tree
from projects.registry.models import Project
from projects.rosters.models import Roster
from projects.rosters.pages import Look, sums_of
from projects.rosters.queries import lists_in
from projects.rosters.scope import Change, Taken, members, taken


@dataclass(frozen=True)
class Figures:
    """One figure before and after; the texts are the same where nothing changes."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class OfList:
    """How many projects and how much of the year's plan stand on a list, of the county (no unit) or of one unit."""

    roster: str
    unit: str
    projects: Figures
    plan: Figures


@dataclass(frozen=True)
class OfRate:
    """A rate of the county (no unit) or of one unit: what is done, what was to be done, and the rate."""

    scope: Any
    unit: str
    label: Any
    numerator: Figures
    denominator: Figures
    rate: Figures


@dataclass(frozen=True)
class Effect:
    month: Period
    lists: Sequence[OfList]
    rates: Sequence[OfRate]


def effect_of(
    user: User, roster: Roster, now: datetime, *, on: Iterable[int] = (), off: Iterable[int] = ()
) -> Effect | None:
    """Of putting the projects *on* on *roster* and taking *off* those: for the list and each list that is made of it,
    and each rate that is counted over one of them, as of the newest month of the list's year that has begun. None
    where no month has."""
    look = Look(user, roster.county, roster.year, now)
    if not look.months:
        return None
    month = look.months[-1]
    change = Change(roster.pk, frozenset(on), frozenset(off))
    lists = [one for one in look.rosters if one.code == roster.code or roster.code in lists_in(one.rule)]
    units = units_of_tree(roster.county)
    home = homes_on(units, month.last)
    moved = Project.objects.filter(pk__in=change.on | change.off).order_by().values_list("lead_unit", flat=True)
    wanted = {home.get(pk, pk) for pk in moved}
    names = {one.pk: one.called_on(month.last) for one in units if one.pk in wanted}
    asked = look.asked(month)
    before, after = taken(lists, asked), taken(lists, asked, change=change)
    found = []
    for one in lists:
        found.append(_of_list(one, "", before, after))
        for pk, name in names.items():
            mine = [[row for row in rows if home.get(row.unit, row.unit) == pk] for rows in (before, after)]
            found.append(_of_list(one, name, *mine))
    rates: list[OfRate] = []
    for scope in scopes_over(roster.county, [one.code for one in lists]):
        rates += _rates(scope, roster.county, month, look, change, wanted)
    return Effect(month, tuple(found), tuple(rates))


def _of_list(roster: Roster, unit: str, before: Iterable[Taken], after: Iterable[Taken]) -> OfList:
    was, will = (sums_of(row for row in rows if roster.code in row.on) for rows in (before, after))
    return OfList(
        str(roster),
        unit,
        Figures(f"{was.projects}{was.both}", f"{will.projects}{will.both}"),
        Figures(figures.wan(was.plan), figures.wan(will.plan)),
    )


def _rates(scope: Scope, county: Unit, month: Period, look: Look, change: Change, wanted: set[int]) -> list[OfRate]:
    def counted(change: Change | None) -> Any:
        pks = members(county, scope.code(county), month, month.last, look.rules, change)
        return scope.count(county, month, pks)

    was, will = counted(None), counted(change)
    nobody = Counted("", {})
    found = []
    for pk in [0, *sorted(pk for pk in {*was, *will} if pk in wanted)]:
        one, other = was.get(pk, nobody), will.get(pk, nobody)
        name = one.name or other.name
        for indicator in scope.indicators(county):
            found.append(_rate(scope, name, indicator, one, other))
    return found


def _rate(scope: Scope, name: str, indicator: Any, was: Counted, will: Counted) -> OfRate:
    said = figures.wan if indicator.unit == "yuan" else str
    cells = []
    for one in (was, will):
        quotient, shown = one.rates.get(indicator.key, (None, ""))
        parts = quotient or (0, 0)
        cells.append((said(parts[0]), said(parts[1]), shown or figures.NONE))
    (n0, d0, r0), (n1, d1, r1) = cells
    return OfRate(scope.label, name, indicator.label, Figures(n0, n1), Figures(d0, d1), Figures(r0, r1))
