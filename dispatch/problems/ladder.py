"""When a problem climbs the ladder, and what its clock shows. Pure: no database, no clock.

A problem without a result climbs on the morning of the first working day after the day it was due, one level for each
day missed, and has `due_workdays` working days on the new level, counted from the next day (HN, QS).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.days import workdays
from core.days.office import Days, at


@dataclass(frozen=True)
class Climb:
    """One step up: the level reached, the moment it was due, the day by which a result is due there."""

    level: int
    at: datetime
    due_on: date


@dataclass(frozen=True)
class Clock:
    """`used` of `total` working days; `left` is 0 on the due day and below 0 when late."""

    used: int
    total: int
    left: int
    late: bool


def due_on(on: date, due_workdays: int, days: Days) -> date:
    """The day a result is due if the clock starts on *on*: the next working day is the first."""
    return workdays.add_workdays(on, due_workdays, days)


def climb_at(due: date, days: Days) -> datetime:
    """The morning on which a problem that was due on *due* climbs."""
    return at(workdays.next_workday(due + timedelta(days=1), days))


def climbs(level: int, due: date, *, top: int, due_workdays: int, now: datetime, days: Days) -> Iterator[Climb]:
    """All steps up that were due by *now*, from *level*, never above *top*."""
    while level < top and (moment := climb_at(due, days)) <= now:
        level, due = level + 1, due_on(moment.date(), due_workdays, days)
        yield Climb(level, moment, due)


def clock(due: date, on: date, total: int, days: Days) -> Clock:
    """Working days used on *on* of the *total* that end on *due*."""
    left = workdays.workdays_between(on, due, days)
    return Clock(used=max(total - left, 0), total=total, left=left, late=on > due)
