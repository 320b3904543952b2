"""Working days as the State Council arranges them, with the office's own corrections on top."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=1)
def _calendar() -> Any:
    import holidays  # 40 ms: only where it is needed

    return holidays.country_holidays("CN")


@lru_cache(maxsize=16)
def moved_days_known(year: int) -> bool:
    """Whether the library knows the days moved in *year* (调休); otherwise weekends count as they stand."""
    _calendar().get(date(year, 1, 1))
    return any(day.year == year for day in _calendar().weekend_workdays)


def is_workday(day: date, overrides: Mapping[date, bool] | None = None) -> bool:
    """Whether *day* is a working day. *overrides* ({day: is it one}) wins over the library."""
    if overrides and day in overrides:
        return overrides[day]
    return bool(_calendar().is_working_day(day))


def add_workdays(day: date, count: int, overrides: Mapping[date, bool] | None = None) -> date:
    """The day that is *count* working days after *day*; *day* itself is not counted."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day, overrides)
    return day


def next_workday(day: date, overrides: Mapping[date, bool] | None = None) -> date:
    """*day*, or the first working day after it."""
    while not is_workday(day, overrides):
        day += ONE_DAY
    return day


def workdays_between(start: date, end: date, overrides: Mapping[date, bool] | None = None) -> int:
    """How many working days lie after *start* up to and with *end*; negative when *end* is before *start*."""
    if end < start:
        return -workdays_between(end, start, overrides)
    return sum(is_workday(start + timedelta(days=n), overrides) for n in range(1, (end - start).days + 1))
