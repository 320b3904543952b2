"""The office's own hours: when people are written to, and which days count. Moments are aware."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

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


def is_quiet(now: datetime, days: Days) -> bool:
    """Night or rest day: only what is urgent may go out."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    return not (POST <= here.time() < EVENING and workdays.is_workday(here.date(), days))


def next_post(now: datetime, days: Days) -> datetime:
    """The next mail of a morning: today at POST if that is still to come on a working day."""
    here = timezone.localtime(now, timezone.get_default_timezone())
    day = here.date() if here.time() <= POST else here.date() + timedelta(days=1)
    return at(workdays.next_workday(day, days), POST)


SOON = timedelta(days=62)  # the next year's moved days are announced in November


def unknown_years(now: datetime) -> list[int]:
    """The years, this one and soon the next, whose moved working days (调休) nobody has told: neither the library nor
    the office's own corrections. Until then deadlines in them count weekends as they stand. Reads."""
    here = local_day(now)
    return [year for year in dict.fromkeys((here.year, (here + SOON).year)) if not is_told(year)]


def calendar() -> Days:
    """The office's own corrections of the working days."""
    return dict(WorkdayOverride.objects.values_list("day", "is_workday"))
