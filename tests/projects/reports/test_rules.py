"""The questions that a monthly report asks, the year to date, and when it is due: rules without a request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from core.days.periods import Period
from projects.choices import ReportStatus
from projects.models import MonthlyReport
from projects.reports.months import carried, due_at
from projects.reports.questions import ReportFacts, earlier_name, gaps, months_name, questions
from projects.rules import ReportRules, RoundRules, current_period
from tests.support.factories import WAN

JUNE = Period.month(2026, 6)
RULES = ReportRules(jump_times=3, jump_floor=1000 * WAN)


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def asked(works: int | None, before: int = 0, plan: int | None = None, month: Period = JUNE, **facts: Any) -> list:
    return questions(
        ReportFacts(month, None if works is None else works * WAN, before * WAN, plan and plan * WAN, **facts), RULES
    )


@pytest.mark.requirement("P09")
@pytest.mark.parametrize(
    ("works", "before", "plan", "codes"),
    [
        (5000, 15000, 30000, []),
        (0, 15000, 10000, []),  # nothing happened: the plan was exceeded before, and explained then
        (None, 15000, 30000, []),
        (-1, 15000, 30000, ["falls"]),
        (9000, 15000, 24000, []),  # exactly the plan
        (9000, 15000, 23999, ["exceeds"]),
        (9000, 15000, None, []),  # exactly three times the average of five months
        (9001, 15000, None, ["jumps"]),
        (6800, 800, 15000, ["jumps"]),
        (999, 100, 15000, []),  # far above the average, but below the floor
        (1000, 100, 15000, ["jumps"]),
        (8000, 0, 15000, []),  # the first money of the year is no jump
    ],
)
def test_a_figure_that_falls_exceeds_the_plan_or_jumps_asks(works, before, plan, codes):
    assert [question.code for question in asked(works, before, plan)] == codes


def test_the_year_to_date_typed_as_the_month_is_seen_and_the_likely_figure_offered():
    (question,) = asked(52000, 42000, 80000)
    assert question.likely == 10000 * WAN
    assert question.tone == "red"
    for figure in ("52,000", "94,000", "80,000"):
        assert figure in question.text


def test_no_likely_figure_where_the_typed_one_cannot_be_the_year_to_date():
    (question,) = asked(90000, 42000, 80000)
    assert (question.likely, question.tone) == (None, "amber")


def test_in_january_nothing_came_before():
    january = Period.month(2026, 1)
    assert asked(50000, 0, 80000, month=january) == []
    (question,) = asked(90000, 0, 80000, month=january)
    assert question.code == "exceeds"
    assert earlier_name(january) == ""
    assert months_name(january) == "1月"


def test_each_of_the_other_measures_may_fall_only_with_a_word():
    earlier = {"funds_ytd": 900 * WAN, "paid_ytd": 500 * WAN, "statistics_ytd": 100 * WAN}
    found = asked(10, funds_ytd=899 * WAN, paid_ytd=500 * WAN, statistics_ytd=None, earlier=earlier)
    assert [question.code for question in found] == ["funds_ytd_falls"]
    assert "899" in found[0].text


def test_what_is_missing_is_said_and_zero_is_not_missing():
    assert len(gaps(None, " ")) == 2
    assert gaps(0, "主体施工") == []


def report(month: int, works: int | None, *, status: str = ReportStatus.ACCEPTED, total: int | None = None):
    return MonthlyReport(month=f"2026-{month:02}", works=works, works_ytd=total, status=status)


def test_accepted_figures_add_up_accepted_months_only():
    steps = carried(
        [report(3, 5), report(1, 10), report(2, 7, status=ReportStatus.SUBMITTED), report(4, 1, status="draft")]
    )
    assert [(step.report.month[-1], step.before, step.total) for step in steps] == [
        ("1", 0, 10),
        ("2", 10, 17),
        ("3", 10, 15),  # February isn't accepted yet
        ("4", 22, 23),
    ]


def test_counting_goes_on_from_an_imported_year_to_date():
    steps = carried([report(1, 10), report(5, None, total=300), report(6, 40), report(7, None, status="draft")])
    assert [step.total for step in steps] == [10, 300, 340, None]
    assert steps[-1].before == 340


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period.month(2026, 5), datetime(2026, 6, 5, 18)),  # a Friday
        (Period.month(2026, 8), datetime(2026, 9, 7, 18)),  # 5 September is a Saturday
        (Period.month(2025, 12), datetime(2026, 1, 5, 18)),
    ],
)
def test_it_is_due_on_the_day_of_the_profile_or_the_working_day_after(period, expected):
    rules = RoundRules(open_day=25, due_day=5)
    assert due_at(period, rules) == timezone.make_aware(expected)


def test_the_month_opens_on_its_day():
    rules = RoundRules(open_day=25, due_day=5)
    assert str(current_period(date(2026, 6, 24), rules)) == "2026-05"
    assert str(current_period(date(2026, 6, 25), rules)) == "2026-06"
    assert str(current_period(date(2026, 2, 28), RoundRules(open_day=30, due_day=5))) == "2026-02"
