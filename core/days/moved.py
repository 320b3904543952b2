"""The office's own corrections of the working days: told one by one or as a small table. The only writer of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.days import workdays
from core.days.reading import parse_date
from core.models import WorkdayOverride
from core.refusals import Refused

WORK = ("班", "上班", "工作日", "补班", "调休上班", "work", "1")
REST = ("休", "放假", "休息", "休息日", "假", "rest", "0")
MOST = 400  # lines of a table


@dataclass(frozen=True)
class Moved:
    day: date
    is_workday: bool
    source: str = ""


def is_told(year: int) -> bool:
    """Whether anybody has told the moved days of *year*: the library, or the office itself."""
    return workdays.moved_days_known(year) or WorkdayOverride.objects.filter(day__year=year).exists()


def of_year(year: int) -> list[WorkdayOverride]:
    return list(WorkdayOverride.objects.filter(day__year=year).order_by("day"))


def read(text: str) -> list[Moved]:
    """A table as it is pasted: on each line a day, 班 or 休, and where it is from. Refused with every line that can't
    be read."""
    found: dict[date, Moved] = {}
    wrong = []
    for number, line in enumerate(text.splitlines()[:MOST], 1):
        parts = [part for part in re.split(r"[\t,，;；]+|\s{1,}", line.strip(), maxsplit=2) if part]
        if not parts:
            continue
        when = parse_date(parts[0]).value
        word = parts[1].lower() if len(parts) > 1 else ""
        if when is None or when.first != when.last or word not in (*WORK, *REST):
            wrong.append(_("line %(line)s: expected a day and 班 or 休, as in “2027-02-06 班”") % {"line": number})
            continue
        found[when.first] = Moved(when.first, word in WORK, parts[2][:200] if len(parts) > 2 else "")
    if wrong:
        raise Refused("\n".join(wrong[:5]))
    if not found:
        raise Refused(_("Nothing was written: on each line a day and 班 or 休."))
    return [found[day] for day in sorted(found)]


@transaction.atomic
def keep(moved: list[Moved], *, by: Any, now: datetime) -> int:
    """These days are as they say, over what was said of them before; how many are different now."""
    there: Mapping[date, WorkdayOverride] = WorkdayOverride.objects.select_for_update().in_bulk(
        [one.day for one in moved], field_name="day"
    )
    changed = 0
    for one in moved:
        row = there.get(one.day)
        if row is not None and (row.is_workday, row.source) == (one.is_workday, one.source):
            continue
        row = row or WorkdayOverride(day=one.day)
        row.is_workday, row.source, row.told_by, row.told_at = one.is_workday, one.source, by, now
        row.save()
        changed += 1
    return changed


@transaction.atomic
def forget(day: date) -> bool:
    """That day is as the State Council has it again; whether it was otherwise."""
    return bool(WorkdayOverride.objects.filter(day=day).delete()[0])
