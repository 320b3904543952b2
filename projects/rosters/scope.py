"""Which projects a list has: the one place that says it, for pages, filters, rankings and papers. Reads, never writes.

A list by a rule has the projects that its query finds among the rows of a month; one by hand those that stood on it on
a day and are pursued. Of a month that is named, that day is its last; else it is today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone

from core.days.periods import Period
from core.lists.filters import condition, values_of
from core.web.once import once
from organization.profiles.rules import Rules, rules_of
from organization.units.models import Unit
from projects.list import listing
from projects.list.asked import GONE, NONE, Asked
from projects.registry.months.models import ProjectMonth
from projects.rosters.models import Listed, Roster
from projects.rosters.queries import BY, LISTED, TEXT

FEW = 2_000  # keys that a condition holds as values: then counts stay known while these are the same


def rosters_of(county: Unit | int, year: int) -> list[Roster]:
    """The lists of a year in their order, closed ones too."""
    place = county.pk if isinstance(county, Unit) else county
    return once(("rosters", place, year), lambda: list(Roster.objects.of(place, year)))


def day_of(asked: Asked) -> date:
    """The day that lists by hand are read as of."""
    return min(asked.period.last, asked.on) if asked.fixed_period else asked.on


class Change(NamedTuple):
    """Projects that would be put on a list by hand, or taken off it: to see what that does before it is done."""

    roster: int
    on: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()


def where(roster: Roster, asked: Asked, *, deep: bool = True, change: Change | None = None) -> Q:
    """The condition of being on *roster*, on the rows of the month that is *asked* for. A list made of lists is not
    looked into a second time (*deep*): none can be made of itself. With *change* as if that were done."""
    if not roster.by_rule and change and change.roster == roster.pk:
        stays = Listed.objects.filter(roster=roster).on(day_of(asked)).order_by("project")
        there = set(stays.values_list("project", flat=True))
        return Q(project__in=sorted((there | change.on) - change.off) or [0])
    if not roster.by_rule:
        stays = Listed.objects.filter(roster=roster).on(day_of(asked)).order_by("project")
        pks = list(stays.values_list("project", flat=True)[: FEW + 1])
        return Q(project__in=pks or [0]) if len(pks) <= FEW else Q(project__in=stays.values("project"))
    return of_rule(roster.rule, asked, deep=deep, change=change)


def of_rule(rule: str, asked: Asked, *, deep: bool = True, change: Change | None = None) -> Q:
    """The condition that *rule* is: that of the list of projects under the same filters."""
    query = QueryDict(rule)
    found = condition(values_of(query, BY), BY, asked)
    if text := query.get(TEXT, "").strip():
        found &= listing.search(text)
    if codes := query.getlist(LISTED):
        found &= where_any(codes, asked, deep=False, change=change) if deep else NONE
    return found


def where_any(codes: Iterable[str], asked: Asked, *, deep: bool = True, change: Change | None = None) -> Q:
    """The condition of being on one of the lists *codes* of the year; a list that there isn't has nothing."""
    known = {one.code: one for one in rosters_of(asked.county, asked.period.year)}
    found = NONE
    for code in codes:
        if code in known:
            found |= where(known[code], asked, deep=deep, change=change)
    return found


def needs(rosters: Iterable[Roster]) -> frozenset[str]:
    """What has to be brought to the rows before they are asked by the rules of *rosters*."""
    asked = {key for one in rosters for key in QueryDict(one.rule)}
    return frozenset({"light"}) if asked & {"light", LISTED} else frozenset()


@dataclass(frozen=True)
class Taken:
    """A project of a month's rows, with the codes of the lists that it is on."""

    project: int
    plan: int
    done: int | None
    rated: int | None
    total: int
    counts: bool
    on: frozenset[str]
    unit: int = 0
    package: int | None = None  # that it is a part of


def taken(rosters: Sequence[Roster], asked: Asked, also: Q | None = None, change: Change | None = None) -> list[Taken]:
    """Those of the month's rows that the person of *asked* sees and that are on one of *rosters*: one query, whatever
    the number of lists. *also* narrows the rows."""
    return _taken(listing.scope(asked), rosters, asked, also, change)


def _taken(rows: Any, rosters: Sequence[Roster], asked: Asked, also: Q | None, change: Change | None) -> list[Taken]:
    if not rosters:
        return []
    hand = _by_hand(rosters, day_of(asked), change)
    ruled = [one for one in rosters if one.by_rule]
    flags = {f"rule_{n}": _flag(where(one, asked, change=change)) for n, one in enumerate(ruled)}
    rows = rows.exclude(state__in=GONE).filter(also or Q())
    rows = listing.bring(rows, asked, needs(ruled)).annotate(**flags).order_by()
    names = ("project_id", "plan", "done", "rated", "total_investment", "state", "over", "lead_unit_id", "package_id")
    found = []
    for pk, plan, done, rated, total, state, over, unit, package, *on in rows.values_list(*names, *flags):
        if codes := _codes(ruled, on, hand.get(pk)):
            counts = state == "active" and not over
            found.append(Taken(pk, plan or 0, done, rated, total or 0, counts, codes, unit, package))
    return found


def _codes(ruled: Sequence[Roster], flags: Sequence[bool], hand: set[str] | None) -> frozenset[str]:
    return frozenset({one.code for one, yes in zip(ruled, flags, strict=True) if yes} | (hand or set()))


def _flag(where: Q) -> Case:
    return Case(When(where, then=Value(True)), default=Value(False), output_field=BooleanField())


def _by_hand(rosters: Sequence[Roster], on: date, change: Change | None = None) -> Mapping[int, set[str]]:
    """The codes of lists by hand by project, as of *on*."""
    codes = {one.pk: one.code for one in rosters if not one.by_rule}
    found: dict[int, set[str]] = {}
    if codes:
        for pk, roster in Listed.objects.filter(roster__in=codes).on(on).values_list("project", "roster"):
            found.setdefault(pk, set()).add(codes[roster])
    if change and change.roster in codes:
        for pk in change.on:
            found.setdefault(pk, set()).add(codes[change.roster])
        for pk in change.off:
            found.get(pk, set()).discard(codes[change.roster])
    return found


def lists_of(county: Unit, rosters: Sequence[Roster], period: Period, on: date) -> Mapping[int, frozenset[str]]:
    """The codes of those of *rosters* that a project is on at the end of *period*, by project, whoever may see them:
    for what is said of the whole county. Of a month that runs lists by hand are those of the day *on*."""
    asked = asked_of(county, period, on)
    rows: QuerySet[Any] = (
        ProjectMonth.objects.of(county, period).filter(project__county=county).exclude(state__in=GONE)
    )
    ruled, hand = [one for one in rosters if one.by_rule], _by_hand(rosters, day_of(asked))
    flags = {f"rule_{n}": _flag(where(one, asked)) for n, one in enumerate(ruled)}
    rows = listing.bring(rows, asked, needs(ruled)).annotate(**flags).order_by()
    return {pk: _codes(ruled, on_it, hand.get(pk)) for pk, *on_it in rows.values_list("project_id", *flags)}


def asked_of(county: Unit, period: Period, on: date, user: Any = None, rules: Rules | None = None) -> Asked:
    """A question of the month *period* as of the day *on*; by a rule it is the same whoever asks."""
    now = datetime.combine(on, time(12), tzinfo=timezone.get_current_timezone())
    return Asked(user, county, now, period, rules or rules_of(county), str(period))


def members(
    county: Unit, code: str, period: Period, on: date, rules: Rules | None = None, change: Change | None = None
) -> list[int]:
    """The keys of the projects on the list *code* of the period's year as of its end, whoever may see them: for what
    is said of the whole county. Empty where there is no such list."""
    asked = asked_of(county, period, on, rules=rules)
    known = [one for one in rosters_of(county, period.year) if one.code == code]
    if not known:
        return []
    rows: QuerySet[Any] = (
        ProjectMonth.objects.of(county, period).filter(project__county=county).exclude(state__in=GONE)
    )
    rows = listing.bring(rows, asked, needs(known)).filter(where(known[0], asked, change=change))
    return sorted(rows.order_by().values_list("project_id", flat=True))
