"""What the pages of the calendar show. Reads, never writes; the day is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.amounts import figures
from core.called import called
from core.days.office import Days
from core.days.periods import Kind, Period
from dispatch.calendar import ics
from dispatch.calendar.models import CalendarAct
from dispatch.calendar.receivers import concerned
from dispatch.calendar.recurrence import Act
from dispatch.calendar.year import DOES, between, does_label, for_in_words, of_year, scope_in_words, units_of_rules
from organization.people.models import User
from organization.permissions import UNIT_ROLES
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.choices import Stage
from projects.classes import ClassRules
from projects.rosters.scope import rosters_of

BACK, AHEAD = timedelta(days=31), timedelta(days=366)  # what a person's own calendar holds


@dataclass(frozen=True)
class Line:
    act: Act
    weekday: str
    does: str
    whom: str
    scope: str
    due: str
    href: str
    today: bool
    past: bool


@dataclass(frozen=True)
class Month:
    period: Period
    now: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Year:
    year: int
    months: tuple[Month, ...]
    kinds: tuple[tuple[str, str, int], ...]  # what there is to choose: code, words, how many
    total: int


def mine(acts: Iterable[Act], user: User, county: Unit) -> list[Act]:
    """The acts that concern *user*: all for the office; else those of which they answer or are told."""
    if user.is_office_of(county):
        return list(acts)
    fills = user.holds(*UNIT_ROLES, at=county)
    known: dict[str, bool] = {}
    for act in acts:
        rule = act.by_rule
        if act.rule not in known:
            own = rule is not None and concerned(user, [*rule.answers, *rule.to], county)
            known[act.rule] = own or (rule is None and act.does == "round" and fills)
    return [act for act in acts if known[act.rule]]


def year_of(
    county: Unit, user: User, rules: Rules, year: int, days: Days, *, on: date, does: str = "", own: bool = False
) -> Year:
    """The calendar of a year by months; *does* narrows it to a kind, *own* to what concerns *user*."""
    acts = of_year(rules, year, days)
    if own:
        acts = mine(acts, user, county)
    kinds = [(one, does_label(one), sum(act.does == one for act in acts)) for one in DOES]
    shown = [act for act in acts if does in ("", act.does)]
    units, links, labels = units_of_rules(county, rules), _links(county, shown, year), _labels(county, rules, year)
    lines = [_line(act, units, links, labels, on) for act in shown]
    months = [Period.month(year, number) for number in range(1, 13)]
    return Year(
        year,
        tuple(Month(one, on in one, tuple(line for line in lines if line.act.day in one)) for one in months),
        tuple(kind for kind in kinds if kind[2]),
        len(shown),
    )


def _line(act: Act, units: dict[str, Unit], links: dict[Any, str], labels: dict[str, str], on: date) -> Line:
    due = figures.moment(act.due, act.day) if act.due else ""
    return Line(
        act,
        date_format(act.day, "D"),
        does_label(act.does),
        for_in_words(act, units),
        scope_in_words(act.by_rule, labels) if act.by_rule else "",
        due,
        links.get((act.rule, act.named), ""),
        act.day == on,
        act.day < on,
    )


def _links(county: Unit, acts: list[Act], year: int) -> dict[Any, str]:
    """Where what acts made is: rounds, bulletins, what was carried out; some queries, whatever their number."""
    whole = Period(year, Kind.YEAR)
    there = CalendarAct.objects.of(county).filter(day__range=(whole.first, whole.last))
    links: dict[Any, str] = {
        (rule, named): reverse("dispatch:calendar_act", args=[pk])
        for pk, rule, named in there.order_by().values_list("pk", "rule", "named_on")
    }
    for one in called():
        if one.made:
            links |= one.made(county, acts)
    return links


def _labels(county: Unit, rules: Rules, year: int) -> dict[str, str]:
    """What the codes of scopes are called."""
    return {
        **{code: str(label) for code, label in Stage.choices},
        **{one.code: str(one.label) for one in rules[ClassRules].tiers},
        **{one.code: str(one) for one in rosters_of(county, year)},
    }


@dataclass(frozen=True)
class Shown:
    """A row that was sent on or drawn; `href` where the reader may see the project."""

    about: str
    unit: str
    note: str
    problem: str
    href: str


def rows_of(act: CalendarAct, seen: set[int]) -> list[Shown]:
    """The rows of *act* as they were frozen; projects in *seen* are links."""
    return [
        Shown(
            row["about"],
            row["unit"],
            row["note"],
            row["problem"],
            reverse("projects:page", args=[row["pk"]]) if row["pk"] in seen else "",
        )
        for row in act.rows
    ]


def file_of(user: User, county: Unit, rules: Rules, days: Days, *, now: datetime, on: date, page: str) -> bytes:
    """The calendar file of *user*: a month back and a year ahead, what concerns this person only."""
    acts = mine(between(rules, on - BACK, on + AHEAD, days), user, county)
    units = units_of_rules(county, rules)
    events = [
        ics.Event(
            f"{act.rule}.{act.named}.{county.code}@calendar",
            act.day,
            f"{act.label}：{does_label(act.does)}",
            _("For: %(whom)s") % {"whom": for_in_words(act, units)}
            + (f"\n{_('Due %(due)s') % {'due': figures.moment(act.due, act.day)}}" if act.due else ""),
            page,
        )
        for act in acts
    ]
    name = _("Dispatch calendar of %(county)s") % {"county": county}
    return ics.written(events, name=name, now=now)
