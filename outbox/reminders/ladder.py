"""Which step of its ladder a thing has reached. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from core.days import workdays
from core.days.office import Days
from outbox.rules import Ladder

OWN, HEAD, LEADER = "own", "head", "leader"  # who hears: who has to do it, the unit's head, who leads


class Step(NamedTuple):
    """One rung: who hears on which working day, counted from the day on which it is due."""

    who: str
    offset: int


def steps(ladder: Ladder) -> Iterator[Step]:
    for offset in sorted({*(-n for n in ladder.before), *([0] if ladder.on_day else []), *ladder.after}):
        yield Step(OWN, offset)
    if ladder.head:
        yield Step(HEAD, ladder.head)
    if ladder.leader:
        yield Step(LEADER, ladder.leader)


def day_of(offset: int, due: date, days: Days) -> date:
    """The day of a step: working days from *due*; the day itself is the last working day up to it."""
    if offset:
        return workdays.add_workdays(due, offset, days)
    return due if workdays.is_workday(due, days) else workdays.add_workdays(due, -1, days)


def reached(ladder: Ladder, due: date, on: date, days: Days) -> list[Step]:
    """For each who hears the newest step that has come by *on*: after a silence one is told, not all missed."""
    newest: dict[str, Step] = {}
    for step in steps(ladder):
        if day_of(step.offset, due, days) <= on:
            newest[step.who] = step
    return list(newest.values())
