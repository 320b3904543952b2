"""The history of a project: who changed what, when, from what to what, in the officer's words (P17)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from organization.people.models import Post
from projects.choices import ReportStatus, Stage
from projects.lifecycle.services import advance, suspend
from projects.models import Project
from projects.page import history as records
from projects.page import pages as page
from projects.plans.services import set_plan
from projects.registry import services as registry
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = [pytest.mark.requirement("P17"), pytest.mark.django_db]


def lines(project: Project) -> list[str]:
    """Every line with its differences."""
    return [" ".join([record.text, *map(str, record.changes)]) for record in page.whole_history(project)]


def test_amounts_units_choices_and_days_are_in_words(county, people):
    project = make_project(county, total_investment=20_000 * WAN, planned_start=date(2026, 3, 1))
    registry.edit(
        project,
        by=people.office,
        now=NOW,
        reason="批复调整",
        total_investment=23_456_780_000,
        lead_unit=unit_of(county, "dongguan"),
        nature="new",
        planned_start=date(2026, 9, 1),
    )
    record = page.whole_history(project)[0]
    assert [(change.was, change.now) for change in record.changes] == [
        ("西城镇", "东关乡"),
        ("—", "新建"),
        ("20,000 万元", "2,345,678 万元"),
        ("3月1日", "9月1日"),
    ]
    assert str(record.changes[2]) == "总投资由 20,000 万元 改为 2,345,678 万元"
    assert (record.who, record.why, record.at) == (people.office.name, "批复调整", NOW)


def test_plans_approvals_sponsors_and_steps_are_in_it(county, people):
    project = make_project(county, stage=Stage.PREWORK)
    set_plan(project, 2026, investment=1200 * WAN, by=people.officer, now=NOW)
    later = NOW + timedelta(hours=1)
    set_plan(project, 2026, investment=1000 * WAN, reason="资金", by=people.officer, now=later)
    registry.record_approval(
        project, kind="construction", obtained_on=date(2026, 6, 1), document_number="施1", by=people.officer, now=later
    )
    registry.set_sponsors(project, [Post.objects.get(title="县领导01")], by=people.office, now=later)
    advance(project, to=Stage.STARTED, by=people.officer, on=date(2026, 6, 5), now=later)
    project.refresh_from_db()
    suspend(project, by=people.office, on=date(2026, 6, 9), now=later, reason="停工")
    found = "\n".join(lines(project))
    for words in (
        "下达 2026 年计划",
        "由 1,200 万元 改为 1,000 万元",
        "取得施工许可证",
        "县领导01包联",
        "转入“开工”",
        "暂停",
    ):
        assert words in found


def test_a_step_shows_both_days_where_they_differ(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=WAN, responsible="科长")
    advance(project, to=Stage.ENTERED, by=people.statistics, on=date(2026, 5, 20), now=NOW)
    record = next(record for record in page.whole_history(project) if record.key)
    assert (record.other_day, record.key) == (date(2026, 5, 20), True)


def test_reports_say_where_they_stand_and_which_figure_changed(county, people):
    project = make_project(county, stage=Stage.STARTED, plan=1200 * WAN)
    report = make_report(project, "2026-05", works=620 * WAN, status=ReportStatus.DRAFT)
    report.works, report.works_ytd = 760 * WAN, 760 * WAN
    told: Any = report
    told._history_user = people.officer
    report.save()
    report.status = ReportStatus.SUBMITTED
    report.save()
    found = [record for record in page.whole_history(project) if "月报" in record.text]
    assert "上报" in found[0].text
    assert "620 万元 改为 760 万元" in str(found[1].changes[0])
    assert found[1].who == people.officer.name


def test_what_nobody_typed_is_not_told(county, people):
    project = make_project(county)
    registry.edit(project, by=people.office, now=NOW, name="改名后的项目")
    assert [str(change.label) for change in page.whole_history(project)[0].changes] == ["项目名称"]


def test_the_page_of_the_history_is_for_who_sees_the_project(county, people, sign_in):
    project = make_project(county)
    registry.edit(project, by=people.office, now=NOW, site="城东")
    address = reverse("projects:history", args=[project.pk])
    assert "建设地点：城东" in sign_in(people.leader).get(address).content.decode()
    assert sign_in(people.other_officer).get(address).status_code == 404


def test_the_newest_stands_first_and_long_texts_are_cut(county, people):
    project = make_project(county)
    registry.edit(project, by=people.office, now=NOW, scope="长" * 300)
    registry.edit(project, by=people.office, now=NOW + timedelta(minutes=1), site="城东")
    first, second, *_rest = [record for record in page.whole_history(project) if record.changes]
    assert first.changes[0].now == "城东"
    assert len(second.changes[0].now) <= records.LONG + 1


def test_the_project_page_shows_the_newest_lines(county, people, sign_in):
    project = make_project(county)
    registry.edit(project, by=people.office, now=NOW, site="城东")
    shown = sign_in(people.officer).get(reverse("projects:page", args=[project.pk])).content.decode()
    assert "建设地点：城东" in shown
