"""Working days as the State Council arranges them, with the office's own corrections on top."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
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
    corrected = (worked - is_workday(day) for day, worked in (overrides or {}).items() if start < day <= end)
    return _so_far(end) - _so_far(start) + sum(corrected)


def _so_far(day: date) -> int:
    """The working days up to and with *day*, as the library has them, counted from some day on."""
    return _before(day.year) + _in_year(day.year)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=512)
def _before(year: int) -> int:
    return sum(_in_year(one)[-1] for one in range(2000, year)) - sum(_in_year(one)[-1] for one in range(year, 2000))


@lru_cache(maxsize=512)
def _in_year(year: int) -> tuple[int, ...]:
    first = date(year, 1, 1)
    length = date(year, 12, 31).timetuple().tm_yday
    return tuple(accumulate(is_workday(first + timedelta(days=n)) for n in range(length)))
