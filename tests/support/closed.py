"""What a closed month may not lose or gain: its projects' rows, and who has to report in its round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dispatch.models import RoundRow
from organization.units.models import Unit
from projects.models import MonthChange, ProjectMonth, ReportingMonth
from projects.registry.months.rows import Row
from tests.support.acts import SHOWN


def every_row(county: Unit) -> dict[tuple[str, int], Any]:
    """All that the months' rows say, by month and project."""
    names = [*Row._fields]
    rows = ProjectMonth.objects.filter(county=county, month__in=[str(month) for month in SHOWN])
    return {(row["month"], row["project_id"]): row for row in rows.values(*names)}


def differing(old: Any, new: Any, months: list[str]) -> Iterator[tuple[str, int]]:
    """The rows of *months* that aren't what they were, those that came and went too."""
    for key in {*old, *new}:
        if key[0] in months and old.get(key) != new.get(key):
            yield key


def corrected(county: Unit, now: datetime) -> set[tuple[str, int]]:
    """The rows of which a correction was recorded at the moment."""
    return set(MonthChange.objects.filter(county=county, at=now).values_list("month", "project"))


def asked_in(county: Unit) -> dict[str, list[Any]]:
    """Who has to report in each month's round: project, unit, since when, why not any more."""
    rows = RoundRow.objects.filter(round__county=county).order_by("project")
    found: dict[str, list[Any]] = {str(month): [] for month in SHOWN}
    for month, *row in rows.values_list("round__period", "project", "unit", "since", "out"):
        found[month].append(row)
    return found


def locked_months(county: Unit) -> list[str]:
    names = ReportingMonth.objects.filter(county=county, closed_at__isnull=False).order_by("month")
    return list(names.values_list("month", flat=True))
