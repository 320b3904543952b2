"""Months' rows in tests: what a test writes past the services (factories, `.update()`) is counted before it is read.

A test marked `by_services` gets no such help: there the services keep the rows, as in the county.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from core.days.periods import Period
from core.records import prepared


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "by_services: months' rows are kept by the services alone")


@pytest.fixture(autouse=True)
def _months_in_step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("by_services") is None:
        from projects.registry.months.models import ProjectMonthQuerySet

        plain = ProjectMonthQuerySet.of

        def of(self: Any, county: Any, period: Period) -> Any:
            count_again(county if isinstance(county, int) else county.pk, period)
            return plain(self, county, period)

        monkeypatch.setattr(ProjectMonthQuerySet, "of", of)
        newest = ProjectMonthQuerySet.newest

        def newest_in_step(self: Any, county: Any, until: Period) -> str | None:
            pk = county if isinstance(county, int) else county.pk
            for month in reported(pk, until):
                count_again(pk, Period.parse(month))
            return newest(self, county, until)

        monkeypatch.setattr(ProjectMonthQuerySet, "newest", newest_in_step)
        monkeypatch.setattr(prepared, "said", prepared.said.__wrapped__)  # a kept statement would not ask `of`


def reported(county: int, until: Period) -> list[str]:
    """The months up to *until* with reports that *county* accepted, or with rows that say so."""
    from projects.choices import ReportStatus
    from projects.models import MonthlyReport
    from projects.registry.months.models import ProjectMonth

    counting, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        reports = MonthlyReport.objects.filter(project__county=county, status=ReportStatus.ACCEPTED)
        rows = ProjectMonth.objects.filter(county=county, reported=True)
        found = {*reports.values_list("month", flat=True), *rows.values_list("month", flat=True)}
        return sorted(month for month in found if month <= until.months()[-1])
    finally:
        connection.force_debug_cursor = counting


def count_year(county: int, until: Period) -> None:
    """Makes the rows of *county* of all months of the year up to *until* what the facts say: of one that is furnished
    once, and then read by tests `by_services`, which count nothing again at each page."""
    for number in range(1, until.number + 1):
        count_again(county, Period.month(until.year, number))


def count_again(county: int, period: Period) -> None:
    """Makes the rows of *county* at the end of *period* what their facts say; no query of it is counted."""
    from projects.models import Project
    from projects.registry.months import services
    from projects.registry.months.rows import rows_of

    counting, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        month = Period.parse(period.months()[-1])
        pks = list(Project.objects.filter(county=county).order_by("pk").values_list("pk", flat=True))
        old = services._rows_on_file(pks, month)
        known = services._known(pks, month).values()
        rows = [row for one in known for row in rows_of(one, month, month)]
        services._upsert([row for row in rows if old.get(row.project_id, {}).get(row.month) != row])
    finally:
        connection.force_debug_cursor = counting
