"""In which state a row of the month's grid is, and what the bar below counts: no database, one line a case."""

from __future__ import annotations

from typing import Any

import pytest

from core.days.periods import Period
from projects.choices import ReportStatus
from projects.models import MonthlyReport, Project
from projects.reports.grid import Row, count
from projects.reports.months import Standing
from projects.rules import ReportRules

MAY = Period.month(2026, 5)
DRAFT, RETURNED, SUBMITTED = ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.SUBMITTED


def row(report: dict[str, Any] | None, *, closed: bool = False) -> Row:
    kept = None if report is None else MonthlyReport(month="2026-05", works_ytd=report.get("works"), **report)
    return Row(Project(pk=1), MAY, Standing(plan=None, before=0), ReportRules(), kept, closed)


@pytest.mark.parametrize(
    ("report", "closed", "code", "editable", "ready"),
    [
        (None, False, "empty", True, False),
        ({"status": DRAFT}, False, "empty", True, False),  # written, then cleared: not “works missing”
        ({"status": DRAFT, "progress": "封顶"}, False, "part", True, False),
        ({"status": DRAFT, "works": 5}, False, "part", True, False),
        ({"status": DRAFT, "works": 5, "progress": "封顶"}, False, "saved", True, True),
        ({"status": DRAFT, "works": 0, "progress": "封顶", "unchanged": True}, False, "same", True, True),
        ({"status": RETURNED, "works": 5, "progress": "封顶"}, False, "returned", True, False),
        ({"status": SUBMITTED, "works": 5, "progress": "封顶"}, False, "submitted", False, False),
        ({"status": SUBMITTED, "works": 5, "progress": "封顶"}, True, "submitted", False, False),
        ({"status": DRAFT, "works": 5, "progress": "封顶"}, True, "closed", False, False),
        (None, True, "closed", False, False),
    ],
)
def test_the_state_of_a_row(report, closed, code, editable, ready):
    made = row(report, closed=closed)
    assert (made.state.code, made.editable, made.is_ready) == (code, editable, ready)


def test_the_bar_counts_what_it_says():
    rows = [
        row(None),
        row({"status": DRAFT}),
        row({"status": DRAFT, "works": 5}),
        row({"status": DRAFT, "works": 5, "progress": "封顶"}),
        row({"status": RETURNED, "works": 5, "progress": "封顶"}),
        row(None, closed=True),
    ]
    found = count(rows)
    assert (found.rows, found.filled, found.ready, found.empty, found.red, found.amber) == (6, 2, 1, 2, 1, 0)
