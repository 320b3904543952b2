"""What each rate of the registry counts, by the days on which things happened."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Count

from core.days.periods import Period
from core.indicators import Quotient, declared, totals
from organization.units.models import Unit
from projects.choices import ApprovalKind, ReportStatus, Stage, State
from projects.indicators import NEEDED_APPROVALS, due_to_complete
from projects.models import AnnualPlan, Approval, FormerFact, Project, ProjectMonth
from tests.support.factories import NOW, WAN, make_project, make_report

MAY = Period.month(2026, 5)
JUNE = Period.month(2026, 6)
pytestmark = pytest.mark.django_db


def quotient(county: Unit, key: str, period: Period = JUNE) -> Quotient:
    rows = totals([declared()[key]], ProjectMonth.objects.of(county, period).counted(), period, "county")
    found = [Quotient(row[f"{key}_n"] or 0, row[f"{key}_d"] or 0) for row in rows]
    return sum(found, Quotient())


def was(project: Project, fact: str, until: date, **value: object) -> None:
    FormerFact.objects.create(project=project, fact=fact, on=until, until=until, at=NOW, **value)


@pytest.mark.requirement("D12")
def test_the_fixed_keys() -> None:
    assert list(declared()) == [
        "investment_rate", "start_rate", "resumption_rate", "entry_rate", "completion_rate", "approval_rate",
        "checklist_rate", "joint_review_rate", "permit_days", "production_days", "milestone_rate",
    ]  # fmt: skip
    assert all(declared()[key].key == key for key in declared())


@pytest.mark.requirement("D12")
def test_investment_is_the_last_accepted_report_up_to_the_month_over_the_plans(county: Unit) -> None:
    one = make_project(county, plan=1000 * WAN, stage=Stage.STARTED)
    make_report(one, "2026-04", works=100 * WAN)
    make_report(one, "2026-05", works=200 * WAN)
    make_report(one, "2026-06", works=400 * WAN, status=ReportStatus.SUBMITTED)  # not accepted: doesn't count
    make_report(one, "2026-07", works=50 * WAN)  # later than the month
    make_project(county, name="没有月报", plan=500 * WAN)
    assert quotient(county, "investment_rate") == (300 * WAN, 1500 * WAN)


def test_a_past_month_can_be_counted_again(county: Unit) -> None:
    project = make_project(county, plan=1000 * WAN)
    for month in ("2026-04", "2026-05", "2026-06"):
        make_report(project, month, works=100 * WAN)
    assert quotient(county, "investment_rate", MAY) == (200 * WAN, 1000 * WAN)


def test_another_year_has_its_own_plan_and_reports(county: Unit) -> None:
    project = make_project(county, plan=1000 * WAN)
    AnnualPlan.objects.create(project=project, year=2025, investment=7 * WAN)
    make_report(project, "2025-12", works=900 * WAN)
    assert quotient(county, "investment_rate") == (0, 1000 * WAN)
    assert quotient(county, "investment_rate", Period.month(2025, 12)) == (900 * WAN, 7 * WAN)


def test_two_plans_or_many_reports_never_count_a_project_twice(county: Unit) -> None:
    project = make_project(county, plan=1000 * WAN, stage=Stage.ENTERED)
    AnnualPlan.objects.create(project=project, year=2025, investment=7 * WAN)
    for month in ("2026-03", "2026-04", "2026-05"):
        make_report(project, month, works=WAN)
    assert quotient(county, "start_rate") == (1, 1)
    records = ProjectMonth.objects.of(county, JUNE).counted()
    assert records.aggregate(n=Count("pk"))["n"] == 1


@pytest.mark.requirement("D12")
def test_start_rate_is_of_those_due_this_year_by_the_month(county: Unit) -> None:
    make_project(county, name="按时", planned_start=date(2026, 3, 1), started_on=date(2026, 2, 20))
    make_project(county, name="月末到期", planned_start=date(2026, 6, 30), started_on=date(2026, 6, 30))
    make_project(county, name="应开未开", planned_start=date(2026, 6, 1))
    make_project(county, name="七月才开", planned_start=date(2026, 5, 1), started_on=date(2026, 7, 1))
    make_project(county, name="提前开工", planned_start=date(2026, 7, 1), started_on=date(2026, 5, 1))
    make_project(county, name="去年的", planned_start=date(2025, 12, 1), started_on=date(2025, 12, 1))
    make_project(county, name="没有日期")
    assert quotient(county, "start_rate") == (2, 4)
    assert quotient(county, "start_rate", MAY) == (1, 2)


@pytest.mark.requirement("D12")
def test_entry_rate_is_of_those_started_before_the_month_and_large_enough(county: Unit) -> None:
    make_project(county, name="已入统", started_on=date(2026, 5, 31), entered_on=date(2026, 6, 30))
    make_project(county, name="未入统", started_on=date(2026, 4, 1))
    make_project(county, name="当月开工", started_on=date(2026, 6, 1), entered_on=date(2026, 6, 20))
    make_project(county, name="刚好五百万", total_investment=5_000_000, started_on=date(2026, 1, 1))
    make_project(county, name="不到五百万", total_investment=4_999_999, started_on=date(2026, 1, 1))
    make_project(county, name="七月入统", started_on=date(2026, 1, 1), entered_on=date(2026, 7, 1))
    assert quotient(county, "entry_rate") == (1, 4)


def test_completion_rate_is_of_those_due_this_year_by_the_month(county: Unit) -> None:
    make_project(county, name="按时", planned_completion=date(2026, 6, 30), completed_on=date(2026, 6, 30))
    make_project(county, name="未竣工", planned_completion=date(2026, 5, 1))
    make_project(county, name="年底", planned_completion=date(2026, 12, 1), completed_on=date(2026, 6, 1))
    assert quotient(county, "completion_rate") == (1, 2)


def test_approval_rate_is_obtained_over_eight_for_each_that_starts_this_year(county: Unit) -> None:
    project = make_project(county, planned_start=date(2026, 12, 1))
    Approval.objects.create(project=project, kind=ApprovalKind.SITE, obtained_on=date(2026, 6, 30))
    Approval.objects.create(project=project, kind=ApprovalKind.ENERGY, obtained_on=date(2026, 7, 1))
    Approval.objects.create(
        project=project, kind=ApprovalKind.PROPOSAL, obtained_on=date(2026, 1, 1)
    )  # not of the eight
    later = make_project(county, name="明年", planned_start=date(2027, 3, 1))
    Approval.objects.create(project=later, kind=ApprovalKind.SITE, obtained_on=date(2026, 1, 1))
    assert quotient(county, "approval_rate") == (1, len(NEEDED_APPROVALS)) == (1, 8)


def test_who_left_is_out_from_that_day_and_back_when_resumed(county: Unit) -> None:
    gone = make_project(county, name="撤销", plan=100 * WAN, state=State.WITHDRAWN, state_reason="撤")
    was(gone, "state", date(2026, 6, 10), text_was=State.ACTIVE)
    back = make_project(county, name="停了又复", plan=10 * WAN)
    was(back, "state", date(2026, 4, 1), text_was=State.ACTIVE)
    was(back, "state", date(2026, 6, 20), text_was=State.SUSPENDED)
    make_project(county, name="导入时已停", plan=1 * WAN, state=State.SUSPENDED, state_reason="停")
    assert quotient(county, "investment_rate", Period.month(2026, 3)).denominator == 110 * WAN
    assert quotient(county, "investment_rate", MAY).denominator == 100 * WAN
    assert quotient(county, "investment_rate", JUNE).denominator == 10 * WAN


def test_each_way_to_leave_counts_from_its_day(county: Unit) -> None:
    for kind in (State.SUSPENDED, State.WITHDRAWN, State.MERGED, State.SPLIT):
        gone = make_project(county, name=str(kind.label), plan=WAN, state=kind, state_reason="离")
        was(gone, "state", date(2026, 6, 10), text_was=State.ACTIVE)
    assert quotient(county, "investment_rate", MAY).denominator == 4 * WAN
    assert quotient(county, "investment_rate", JUNE).denominator == 0


def test_what_has_no_plan_or_one_of_nothing_is_no_part_of_the_rate(county: Unit) -> None:
    for name, plan in (("有", 1000 * WAN), ("无", None), ("零", 0)):
        make_report(make_project(county, name=name, plan=plan, stage=Stage.STARTED), "2026-05", works=100 * WAN)
    assert quotient(county, "investment_rate") == (100 * WAN, 1000 * WAN)


def test_a_start_that_is_put_off_stays_in_the_count_of_those_due(county: Unit) -> None:
    put_off = make_project(county, name="推迟", planned_start=date(2026, 9, 1))
    was(put_off, "planned_start", date(2026, 5, 20), day_was=date(2026, 4, 1))
    cleared = make_project(county, name="取消", planned_start=None)
    was(cleared, "planned_start", date(2026, 5, 20), day_was=date(2026, 4, 1))
    slip = make_project(county, name="当月改正", planned_start=date(2026, 9, 1), counts_from=date(2026, 1, 1))
    was(slip, "planned_start", date(2026, 1, 20), day_was=date(2026, 4, 1))
    for month in (4, 5, 6):
        assert quotient(county, "start_rate", Period.month(2026, month)) == (0, 2)


def test_what_was_completed_in_an_earlier_year_is_no_longer_counted(county: Unit) -> None:
    make_project(county, name="去年竣工", started_on=date(2024, 3, 1), completed_on=date(2025, 12, 31))
    make_project(county, name="今年竣工", started_on=date(2024, 3, 1), completed_on=date(2026, 1, 1))
    assert quotient(county, "entry_rate").denominator == 1


def test_drill_down_adds_up_to_the_total(county: Unit) -> None:
    for number in range(5):
        project = make_project(county, name=f"项目{number}", plan=(number + 1) * 100 * WAN, stage=Stage.STARTED)
        make_report(project, "2026-05", works=number * 10 * WAN)
    records = ProjectMonth.objects.of(county, JUNE).counted()
    for key, indicator in declared().items():
        rows = indicator.measured(records, JUNE).values_list(f"{key}_n", f"{key}_d")
        assert quotient(county, key) == (sum(n for n, _d in rows), sum(d for _n, d in rows))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 1),
        (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 0),
    ],
)
def test_what_is_due_to_be_completed_is_that_of_the_year_up_to_the_months_end(county, day, due):
    make_project(county, stage="started", plan=100, planned_completion=day)
    assert ProjectMonth.objects.of(county, MAY).filter(due_to_complete(MAY)).count() == due
