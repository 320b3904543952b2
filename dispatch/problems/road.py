"""The road of a problem: where it lay, with whom, in which state, and for how many working days. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.days import workdays
from core.days.office import Days, local_day
from dispatch.problems.models import Problem
from dispatch.problems.rules import ProblemRules
from organization.profiles.rules import Rules
from organization.units.models import Unit

Status = Problem.Status


@dataclass(frozen=True)
class Stretch:
    """A part of the road; `until` is empty where the problem lies now."""

    level: str
    unit: str
    state: str
    since: date
    until: date | None
    workdays: int


@dataclass(frozen=True)
class _Stand:
    level: int
    unit: int
    state: str
    since: date


def road(problem: Problem, rules: Rules, now: datetime, days: Days) -> list[Stretch]:
    """The whole road of *problem*, from raised to closed or to *now*."""
    return roads([problem], rules, now, days)[problem.pk]


def roads(problems: Iterable[Problem], rules: Rules, now: datetime, days: Days) -> dict[int, list[Stretch]]:
    """The roads of *problems* by key; two queries, however many they are."""
    by_key = {problem.pk: problem for problem in problems}
    kept: dict[int, list[Any]] = {key: [] for key in by_key}
    versions: Any = Problem.history.model.objects.filter(id__in=by_key, history_date__lte=now)
    for row in versions.order_by("history_date", "history_id"):
        kept[row.id].append(row)
    units = Unit.objects.in_bulk({row.owner_unit_id for rows in kept.values() for row in rows})
    return {key: list(_stretches(by_key[key], kept[key], units, rules, local_day(now), days)) for key in by_key}


def _stretches(
    problem: Problem, rows: list[Any], units: dict[int, Unit], rules: Rules, today: date, days: Days
) -> Iterable[Stretch]:
    stands: list[_Stand] = []
    for row in rows:
        for stand in _stands(problem, row, first=not stands, today=today):
            before = stands[-1] if stands else None
            if before and before.since > stand.since:  # it was taken up before the day up to which it should wait
                stands.pop()
                before = stands[-1] if stands else None
            if before is None or replace(before, since=stand.since) != stand:
                stands.append(stand)
    for stand, after in zip(stands, [*stands[1:], None], strict=True):
        if stand.state == Status.CLOSED:
            continue
        end = after.since if after else None
        ladder = rules[ProblemRules].ladder
        unit = units.get(stand.unit)
        yield Stretch(
            level=str(ladder[min(stand.level, len(ladder) - 1)].label) if ladder else "",
            unit=unit.short_name if unit else "",
            state=_state(stand.state),
            since=stand.since,
            until=end,
            workdays=max(workdays.workdays_between(stand.since, end or today, days), 0),
        )


def _stands(problem: Problem, row: Any, *, first: bool, today: date) -> Iterable[_Stand]:
    """How it stood after a version of it was written; what waits goes on by itself after its day."""
    on = problem.raised_on if first else local_day(row.history_date)
    state = row.status
    if state == Status.OPEN and (problem.placed_on is None or on < problem.placed_on):
        state = "unplaced"
    elif state == Status.OPEN and row.waits_until and row.waits_until >= on:
        yield _Stand(row.level, row.owner_unit_id, "waits", on)
        if row.waits_until >= today:
            return
        on = row.waits_until
    yield _Stand(row.level, row.owner_unit_id, state, on)


def _state(state: str) -> str:
    if state == "unplaced":
        return _("To be placed")
    if state == "waits":
        return _("Waits, with a reason")
    return str(dict(Status.choices)[Status(state)])


def in_words(found: list[Stretch]) -> str:
    """The road in one line: each level with the working days it lay there."""
    parts: list[tuple[str, int]] = []
    for one in found:
        if parts and parts[-1][0] == one.level:
            parts[-1] = (one.level, parts[-1][1] + one.workdays)
        else:
            parts.append((one.level, one.workdays))
    return " → ".join(_("%(level)s %(n)s working days") % {"level": level, "n": n} for level, n in parts)
