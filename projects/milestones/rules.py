"""Backward schedules: what a county's profile says of them, and the reckoning of their days. Pure.

A milestone is due `days` working days after the last of those before it; laid backwards it is as late as the target
day allows. A planned day is a working day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.amounts import figures
from core.coded import short
from core.days import workdays
from core.days.office import Days
from core.shapes import Name, Say, between, once, one_of, tables, unknown
from organization.profiles.rules import Profile, Section
from projects.choices import ApprovalKind, Stage

#: Days of a project that end a milestone.
DAYS = {
    "started_on": gettext_lazy("substantial start on"),
    "entered_on": gettext_lazy("in statistics since"),
    "completed_on": gettext_lazy("completed on"),
}
YEARS_AHEAD = 15  # a target day lies no further off
MOST = 60  # milestones of a project

State = Literal["done", "late", "risk", "open"]


@dataclass(frozen=True)
class Step:
    """A milestone of a template. `ends`: the approval or the project's day that it is reached with."""

    code: Annotated[str, short(20)]
    label: Name
    days: Annotated[int, between(0, 500)]
    after: tuple[str, ...] = ()
    stage: Stage = Stage.PREWORK
    ends: Annotated[str, one_of(("", *DAYS, *ApprovalKind.values))] = ""


@dataclass(frozen=True)
class Template:
    code: Annotated[str, short(20)]
    label: Name
    milestone: tuple[Step, ...] = ()


@dataclass(frozen=True)
class ScheduleRules:
    template: tuple[Template, ...] = ()
    late_days: Annotated[int, between(0, 366)] = 0  # days after the planned one: late beyond this
    near_days: Annotated[int, between(0, 366)] = 10  # at risk if it is due within so many and one before isn't reached
    due_days: Annotated[int, between(0, 366)] = 7  # on the list of what to do from so many days before

    def named(self, code: str) -> Template | None:
        return next((one for one in self.template if one.code == code), None)


@dataclass(frozen=True)
class Node:
    """What the reckoning needs of a milestone."""

    code: str
    days: int
    after: tuple[str, ...] = ()


class Ring(ValueError):
    """Milestones that wait for each other; `codes` in order."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(" → ".join(codes))
        self.codes = list(codes)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """*nodes*, each behind those before it, else as given; what comes before and isn't among them is passed over.
    Raises Ring."""
    by_code = {node.code: node for node in nodes}
    found: dict[str, Node] = {}
    on_the_way: list[str] = []

    def visit(node: Node) -> None:
        if node.code in found:
            return
        if node.code in on_the_way:
            raise Ring([*on_the_way[on_the_way.index(node.code) :], node.code])
        on_the_way.append(node.code)
        for code in node.after:
            if code in by_code:
                visit(by_code[code])
        on_the_way.pop()
        found[node.code] = node

    for node in by_code.values():
        visit(node)
    return list(found.values())


def last_workday(day: date, days: Days | None = None) -> date:
    """*day*, or the last working day before it."""
    while not workdays.is_workday(day, days):
        day -= timedelta(days=1)
    return day


def backwards(nodes: Sequence[Node], target: date, days: Days | None = None) -> dict[str, date]:
    """The last day that each of *nodes* may take if all is done by *target*. Raises Ring."""
    end = last_workday(target, days)
    found: dict[str, date] = {}
    for node in reversed(in_order(nodes)):
        mine = found.setdefault(node.code, end)
        start = workdays.add_workdays(mine, -node.days, days)
        for code in node.after:
            found[code] = min(found.get(code, end), start)
    return {node.code: found[node.code] for node in nodes}


def forwards(nodes: Iterable[Node], roots: Mapping[str, date], days: Days | None = None) -> dict[str, date]:
    """The first day that each of *nodes* can take if those before which nothing comes take the days of *roots*."""
    found: dict[str, date] = {}
    for node in in_order(nodes):
        before = [found[code] for code in node.after if code in found]
        found[node.code] = workdays.add_workdays(max(before), node.days, days) if before else roots[node.code]
    return found


def along(
    nodes: Sequence[Node], planned: Mapping[str, date], moved: Mapping[str, date], days: Days
) -> dict[str, date]:
    """*planned* with the days of *moved*; what hangs on one that moves, later or earlier, moves by as many working
    days."""
    found = {**planned, **moved}
    later: dict[str, int] = {}
    for code, day in moved.items():
        later[code] = workdays.workdays_between(planned[code], day, days)
    for node in in_order(nodes):  # what comes behind one that is put off
        by = max([0, *(later.get(code, 0) for code in node.after)])
        if by > 0 and node.code not in moved:
            later[node.code] = by
            found[node.code] = workdays.add_workdays(planned[node.code], by, days)
    for node in reversed(in_order(nodes)):  # what comes before one that is brought forward
        by = later.get(node.code, 0)
        for code in node.after if by < 0 else ():
            if code in planned and code not in moved and later.get(code, 0) > by:
                later[code] = by
                found[code] = workdays.add_workdays(planned[code], by, days)
    return found


def out_of_order(nodes: Iterable[Node], planned: Mapping[str, date]) -> list[tuple[str, str]]:
    """(before, after) of those that are planned before what they wait for."""
    return [
        (code, node.code)
        for node in nodes
        for code in node.after
        if code in planned and planned[code] > planned[node.code]
    ]


# late, at risk ------------------------------------------------------------------------------------------------------


class Point(NamedTuple):
    """A milestone as it stands."""

    code: str
    name: str
    after: Sequence[str]
    planned: date
    forecast: date | None = None
    actual: date | None = None


@dataclass(frozen=True)
class Verdict:
    state: State
    why: str = ""


WORDS = {
    "done": gettext_lazy("Reached"),
    "late": gettext_lazy("Late"),
    "risk": gettext_lazy("At risk"),
    "open": gettext_lazy("Still ahead"),
}
COLOURS = {"done": "green", "late": "red", "risk": "amber", "open": "grey"}


def is_late(point: Point, on: date, rules: ScheduleRules) -> bool:
    return point.actual is None and point.planned < on - timedelta(days=rules.late_days)


def state_of(point: Point, others: Mapping[str, Point], on: date, rules: ScheduleRules) -> State:
    """How *point* stands on the day *on*; *others* are its project's, by code."""
    return _state(point, others, *_bounds(on, rules))


def states(points: Sequence[Point], on: date, rules: ScheduleRules) -> list[State]:
    """How each milestone of one project stands on the day *on*: a wall chart asks for thousands."""
    bounds, others = _bounds(on, rules), {point.code: point for point in points}
    return ["done" if point.actual is not None else _state(point, others, *bounds) for point in points]


def _bounds(on: date, rules: ScheduleRules) -> tuple[date, date]:
    """Planned before the first it is late; planned up to the second it is near."""
    return on - timedelta(days=rules.late_days), on + timedelta(days=rules.near_days)


def _state(point: Point, others: Mapping[str, Point], late: date, near: date) -> State:
    if point.actual is not None:
        return "done"
    planned, forecast = point.planned, point.forecast
    if planned < late:
        return "late"
    if forecast is not None and forecast > planned:
        return "risk"
    for code in point.after:
        other = others.get(code)
        if other is not None and other.actual is None and (planned <= near or other.planned < late):
            return "risk"
    return "open"


def verdict(point: Point, others: Mapping[str, Point], on: date, rules: ScheduleRules) -> Verdict:
    """The state and why, in words."""
    state = state_of(point, others, on, rules)
    if state == "done" and point.actual is not None and point.actual > point.planned:
        return Verdict(state, _days_late((point.actual - point.planned).days))
    if state == "late":
        return Verdict(state, _days_late((on - point.planned).days))
    if state == "risk":
        if point.forecast is not None and point.forecast > point.planned:
            return Verdict(state, _("forecast for %(day)s") % {"day": figures.day(point.forecast, on)})
        open_ones = [others[code] for code in point.after if code in others and others[code].actual is None]
        late = next((one for one in open_ones if is_late(one, on, rules)), None)
        if late is not None:
            return Verdict(state, _("“%(name)s” before it is late") % {"name": late.name})
        return Verdict(state, _("“%(name)s” before it isn't reached") % {"name": open_ones[0].name})
    return Verdict(state)


def _days_late(days: int) -> str:
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def verdicts(points: Iterable[Point], on: date, rules: ScheduleRules) -> dict[str, Verdict]:
    """Of all milestones of one project."""
    by_code = {point.code: point for point in points}
    return {code: verdict(point, by_code, on, rules) for code, point in by_code.items()}


# the profile --------------------------------------------------------------------------------------------------------


def check(table: Any, profile: Profile, say: Say) -> None:
    """Says templates and milestones that stand twice, what comes before and isn't there, and rings."""
    once(table, "template", "code", ("schedule",), say)
    for index, template in tables(table, "template"):
        where = ("schedule", "template", index)
        once(template, "milestone", "code", where, say)
        known = [str(step.get("code")) for _index, step in tables(template, "milestone")]
        nodes = []
        for number, step in tables(template, "milestone"):
            after = step.get("after")
            after = [code for code in after if isinstance(code, str)] if isinstance(after, list) else []
            for code in after:
                if code not in known:
                    say((*where, "milestone", number, "after"), unknown(code, known))
            nodes.append(Node(str(step.get("code")), 0, tuple(after)))
        try:
            in_order(nodes)
        except Ring as ring:
            say((*where, "milestone"), _("milestones wait for each other: %(ring)s") % {"ring": ring})
        if not nodes:
            say((*where, "code"), _("a template has milestones"))


RULES = (Section("schedule", ScheduleRules, check=check),)
