"""Who must do what with the month's reports: the same items make to-do lists and reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.days.periods import Period
from projects.choices import ReportStatus, Stage, State
from projects.reports.closing import close_month
from projects.reports.due import due_items
from projects.reports.months import EDITABLE, cells_to_fill, expected, latest_period, owed
from tests.support.factories import NOW, make_project, make_report, unit_of

MAY = Period.month(2026, 5)
pytestmark = pytest.mark.django_db


def kinds(items):
    return [(item.kind, item.count) for item in items]


@pytest.fixture
def month(county, people):
    """In West Town one project not begun, one drafted, one returned, one submitted under a sponsor."""
    for name in ("甲", "乙", "丙", "丁"):
        make_project(county, name=name, stage=Stage.STARTED, sponsor="县领导01" if name == "丁" else None)
    make_project(county, name="别的乡", lead_unit="dongguan", stage=Stage.STARTED)
    of = {p.name: p for p in expected(county, MAY)}
    make_report(of["乙"], "2026-05", works=1, status=ReportStatus.DRAFT)
    make_report(of["丙"], "2026-05", works=1, status=ReportStatus.RETURNED, return_reason="数不对")
    make_report(of["丁"], "2026-05", works=1, status=ReportStatus.SUBMITTED)
    return of


@pytest.mark.requirement("P09")
def test_everybody_is_due_their_own_part(county, people, month):
    assert kinds(due_items(county, NOW, person=people.officer)) == [("report_fill", 2), ("report_returned", 1)]
    assert kinds(due_items(county, NOW, person=people.other_officer)) == [("report_fill", 1)]
    assert kinds(due_items(county, NOW, person=people.leader)) == [("report_approve", 1)]
    assert kinds(due_items(county, NOW, person=people.office)) == [("report_review", 1)]
    assert due_items(county, NOW, person=people.other_leader) == []
    assert due_items(county, NOW, person=people.reader) == []
    every = due_items(county, NOW)
    assert len(every) == 5
    assert len({item.key for item in every}) == 5


def test_an_item_says_why_by_when_and_where(county, people, month):
    fill, mend = due_items(county, NOW, person=people.officer)
    assert fill.due_at == datetime(2026, 6, 5, 10, tzinfo=UTC)  # six in the evening there
    assert fill.link == f"/projects/reports/2026-05/?unit={unit_of(county, 'xicheng').pk}"
    assert (mend.why, mend.project_id) == ("数不对", month["丙"].pk)
    assert mend.link == f"/projects/{month['丙'].pk}/reports/2026-05/"


def test_a_closed_month_asks_for_nothing(county, people, month):
    close_month(county, MAY, by=people.office, now=NOW)
    assert due_items(county, NOW) == []


def test_last_month_is_asked_for_as_long_as_it_is_begun_and_open(county, people, month):
    later = datetime(2026, 6, 26, tzinfo=UTC)
    items = due_items(county, later, person=people.officer)
    assert [item.key.split(":")[1] for item in items if item.kind == "report_fill"] == ["2026-05", "2026-06"]


def test_which_projects_report(county, people):
    make_project(county, name="前期", stage=Stage.PREWORK)
    make_project(county, name="谋划有计划", stage=Stage.PLANNED, plan=1)
    make_project(county, name="本月竣工", stage=Stage.COMPLETED, plan=1)
    for name, year, last in (("上月竣工", 2026, date(2026, 4, 30)), ("没有日期的竣工", 2026, None)):
        make_project(county, name=name, stage=Stage.COMPLETED, plan=1, year=year, completed_on=last)
    make_project(county, name="去年竣工", stage=Stage.COMPLETED, year=2025)
    make_project(county, name="谋划", stage=Stage.PLANNED)
    make_project(county, name="停建", stage=Stage.STARTED, state=State.SUSPENDED, state_reason="资金断了")
    kept = make_project(county, name="停建但报过", stage=Stage.STARTED, state=State.SUSPENDED, state_reason="停")
    make_report(kept, "2026-05")
    assert {p.name for p in expected(county, MAY)} == {"前期", "谋划有计划", "本月竣工", "停建但报过"}
    assert cells_to_fill(unit_of(county, "xicheng"), MAY) == 6, "who reported of his own will has nothing to fill"


@pytest.mark.parametrize("status", [None, *ReportStatus])
def test_which_reports_are_owed(county, people, status):
    for name, stage in (("在建", Stage.STARTED), ("谋划", Stage.PLANNED)):
        project = make_project(county, name=name, stage=stage)
        make_report(project, "2026-04")
        if status:
            make_report(project, "2026-05", status=status)
    waits = {"在建"} if status is None or status in EDITABLE else set()
    assert {p.name for p in owed(county, MAY)} == waits
    assert {p.name for p in expected(county, MAY)} == {"在建", "谋划"} if status else {"在建"}


def test_the_newest_month_with_counted_reports_else_the_month_before(county, people):
    assert str(latest_period(county, NOW.date())) == "2026-05"
    project = make_project(county)
    make_report(project, "2026-03")
    make_report(project, "2026-04", status=ReportStatus.SUBMITTED)
    assert str(latest_period(county, NOW.date())) == "2026-03"


def test_an_approval_says_whose_it_is_to_who_has_to_ask_for_it(county, people, month):
    project = make_project(county, stage="started", sponsor="县领导01")
    make_report(project, "2026-05", works=1, progress="一层", status=ReportStatus.SUBMITTED)
    [of_all] = [one for one in due_items(county, NOW) if one.kind == "report_approve"]
    [own] = [one for one in due_items(county, NOW, person=people.leader) if one.kind == "report_approve"]
    assert ("县领导01" in of_all.about, "县领导01" in own.about) == (True, False)
