"""The office's own hours: when people are written to, and which days count. Moments are aware."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from core.days import workdays
from core.days.moved import is_told
from core.models import WorkdayOverride

MORNING = time(7, 0)


POST = time(8, 0)


EVENING = time(20, 0)


Days = Mapping[date, bool]


def at(day: date, clock: time = MORNING) -> datetime:
    """The moment on *day* in the county."""
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


class Hours(NamedTuple):
    """When messages go out: from the morning's mail until the evening, on rest days as well or not."""

    morning: time = POST
    evening: time = EVENING
    rest_days: bool = False


OFFICE_HOURS = Hours()


def is_quiet(now: datetime, days: Days, hours: Hours = OFFICE_HOURS) -> bool:
    """Night or rest day: nothing goes out."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    works = hours.rest_days or workdays.is_workday(here.date(), days)
    return not (hours.morning <= here.time() < hours.evening and works)


def next_post(now: datetime, days: Days, hours: Hours = OFFICE_HOURS) -> datetime:
    """The next mail of a morning: today's if that is still to come on a day that isn't quiet."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    day = here.date() if here.time() <= hours.morning else here.date() + timedelta(days=1)
    return at(day if hours.rest_days else workdays.next_workday(day, days), hours.morning)


def after_quiet(now: datetime, days: Days, hours: Hours = OFFICE_HOURS) -> datetime:
    """*now*, or the end of the quiet hours in which it lies."""
    return next_post(now, days, hours) if is_quiet(now, days, hours) else now


SOON = timedelta(days=62)  # the next year's moved days are announced in November


def unknown_years(now: datetime) -> list[int]:
    """The years, this one and soon the next, whose moved working days (调休) nobody has told: neither the library nor
    the office's own corrections. Until then deadlines in them count weekends as they stand. Reads."""
    here = local_day(now)
    return [year for year in dict.fromkeys((here.year, (here + SOON).year)) if not is_told(year)]


def calendar() -> Days:
    """The office's own corrections of the working days."""
    return dict(WorkdayOverride.objects.values_list("day", "is_workday"))
