"""Two people at the same report in the same moment: one is stored, the other is told. On both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from core.days.periods import Period
from core.refusals import Stale
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport
from projects.reports import services as reports
from tests.support.factories import NOW, make_project, make_report

MAY = Period.month(2026, 5)
pytestmark = [pytest.mark.django_db(transaction=True)]


def at_once(*acts):
    """What each act returned or raised, all begun together, each on a connection of its own."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(number, act):
        start.wait()
        try:
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.fixture(autouse=True)
def _real_database():
    database: Any = connection
    if database.vendor == "sqlite" and database.is_in_memory_db():
        pytest.skip("one connection only: runs with DATABASE_URL set to a server")


@pytest.mark.requirement("P09")
@pytest.mark.parametrize("exists", [False, True])
def test_one_is_stored_and_the_other_is_told(county, people, exists):
    project = make_project(county, stage=Stage.STARTED)
    if exists:
        make_report(project, "2026-05", works=1, status=ReportStatus.DRAFT)
    seen = 1 if exists else 0

    def save(person, works):
        return lambda: reports.save(project, MAY, by=person, now=NOW, version=seen, works=works, progress="施工")

    results = at_once(save(people.officer, 5), save(people.unit_head, 7))
    assert sorted(type(result).__name__ for result in results) == ["MonthlyReport", "Stale"]
    (refused,) = [result for result in results if isinstance(result, Stale)]
    stored = MonthlyReport.objects.get(month="2026-05")
    assert refused.record.works == stored.works
    assert stored.version == seen + 1


def test_two_months_of_a_project_accepted_at_once_both_count(county, people):
    project = make_project(county, stage=Stage.STARTED)
    april = make_report(project, "2026-04", works=10, status=ReportStatus.SUBMITTED)
    may = make_report(project, "2026-05", works=5, status=ReportStatus.SUBMITTED)
    results = at_once(
        lambda: reports.accept(april, by=people.office, now=NOW),
        lambda: reports.accept(may, by=people.office, now=NOW),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    may.refresh_from_db()
    assert may.works_ytd == 15
