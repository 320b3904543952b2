"""The first page by role: what is to be done, what is red and why, who owes what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.home import pages as home
from dispatch.models import Problem, Round, RoundRow
from projects.choices import ReportStatus
from projects.models import MonthlyReport, Project
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tenth_of_june():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def world(county, now: datetime, count: int = 4) -> list[Project]:
    """*count* started projects of 西城镇 with a plan, accepted reports to April, and the round of May open."""
    projects = [
        make_project(county, name=f"项目{n}", plan=12_000 * WAN, stage="started", sponsor="县领导01")
        for n in range(count)
    ]
    for project in projects:
        make_report(project, "2026-04", works=4_900 * WAN)
    opened = Round.objects.create(
        county=county, kind="monthly", period="2026-05", opened_at=now, due_at=now + timedelta(days=1)
    )
    for project in projects:
        RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
    return projects


@pytest.mark.requirement("P09")
def test_the_officer_sees_what_is_owed_and_how_the_own_projects_stand(county, people, sign_in, now):
    projects = world(county, now)
    make_report(projects[0], "2026-05", works=WAN, status="submitted")
    page = sign_in(people.officer).get("/")
    assert page.status_code == 200
    assert page.context["rounds"][0].missing == 3
    assert "我管的 4 个项目" in page.text
    assert "40.8" in page.text  # 4,900 of 12,000
    assert page.context["investment"].plan == 48_000 * WAN


def test_another_units_officer_sees_nothing_of_it(county, people, sign_in, now):
    world(county, now)
    page = sign_in(people.other_officer).get("/")
    assert page.context["rounds"][0].total == 0
    assert page.context["projects"] == 0
    assert "项目0" not in page.text


def test_a_report_given_back_is_mended_on_the_home_page_and_nothing_else_is_lost(county, people, sign_in, now):
    project = world(county, now)[0]
    report = make_report(
        project,
        "2026-05",
        works=0,
        status="returned",
        return_reason="没有投资就填 0",
        funds_ytd=9_200 * WAN,
        problem="用电没有接通",
    )
    client = sign_in(people.officer)
    page = client.get("/")
    assert page.context["todo"].items[0].kind == "report_returned", "before what is due on the same day"
    assert report not in page.context["done"]
    (mend,) = page.context["todo"].mends.values()
    data = {field.html_name: field.field.widget.format_value(field.value()) or "" for field in mend.form}
    answer = client.post(f"/projects/{project.pk}/reports/2026-05/", data | {"works": "300", "do": "submit"})
    assert answer.status_code == 303
    report.refresh_from_db()
    assert report.status == ReportStatus.SUBMITTED
    assert report.works == 300 * WAN
    assert report.funds_ytd == 9_200 * WAN
    assert report.problem == "用电没有接通"


def test_the_leader_sees_own_red_projects_with_the_reason_and_the_county(county, people, sign_in, now):
    world(county, now)
    mine = make_project(county, name="停在那里的", plan=10_000 * WAN, stage="started", sponsor="县领导01")
    make_report(mine, "2026-04", works=WAN, problem="土地没有过户")
    make_project(county, name="别人的", plan=10_000 * WAN, stage="started", sponsor="县领导02")
    page = sign_in(people.leader).get("/")
    assert [one.project.name for one in page.context["red"].shown] == ["停在那里的"]
    assert "5 个包联项目，1 个要您过问" in page.text
    assert "土地没有过户" in page.text
    assert "别人的" not in page.text
    assert page.context["investment"].plan == 68_000 * WAN  # the whole county


def test_the_leader_is_told_of_every_red_project_though_the_first_twelve_are_shown(county, people, sign_in, now):
    world(county, now)
    for number in range(14):
        project = make_project(county, name=f"滞后{number}", plan=1_000 * WAN, stage="started", sponsor="县领导01")
        make_report(project, "2026-04", works=WAN)
    page = sign_in(people.leader).get("/")
    assert "14 个要您过问" in page.text
    assert "还有 2 个红灯项目" in page.text
    rows = sign_in(people.leader).get("/projects/?sponsor=mine&light=red&period=2026-05")
    assert rows.context["listing"].count == 14


def test_the_office_sees_who_has_not_reported_and_what_climbs(county, people, sign_in, now):
    projects = world(county, now)
    make_report(projects[0], "2026-05", works=WAN, status="submitted")
    Problem.objects.create(
        county=county,
        project=projects[0],
        key="k",
        title="补偿标准不一致",
        category="land",
        raised_on=now.date(),
        owner_unit=unit_of(county, "zhujian"),
        due_on=now.date() - timedelta(days=1),
    )
    page = sign_in(people.office).get("/")
    assert "5月月报：1 个单位还差 3 个项目" in page.text
    assert "补偿标准不一致" in page.text
    assert "这一轮共要填 8 格" in page.text
    assert "审核 1 份月报" in page.text, "what is to be done next is the button"


def test_nothing_to_do_never_stands_above_what_is_late(county, people, sign_in, now):
    world(county, now)
    Round.objects.update(due_at=now - timedelta(days=2))
    page = sign_in(people.office).get("/")
    assert "没有待办，另有 1 件逾期要催" in page.text
    assert "催报 1 个单位" in page.text


def test_the_lights_are_those_of_the_list(county, people, now):
    world(county, now)
    from core.days.periods import Period
    from organization.profiles.rules import rules_of
    from projects.rules import LightRules

    counted = home.light_counts(county, Period.month(2026, 4), rules_of(county)[LightRules])
    assert {one.key: one.count for one in counted} == {"good": 4}


@pytest.mark.parametrize(
    "who", ["officer", "leader", "office", "statistics", "admin", "reader", "squad", "investment"]
)
def test_an_empty_county_has_a_home_page_for_everybody(county, people, sign_in, who):
    page = sign_in(getattr(people, who)).get("/")
    assert page.status_code == 200
    assert "没有" in page.text


@pytest.mark.parametrize(("who", "most"), [("officer", 43), ("leader", 38), ("office", 47)])
def test_the_queries_do_not_grow_with_the_projects(county, people, sign_in, now, who, most):
    client = sign_in(getattr(people, who))
    world(county, now, count=2)
    client.get("/")
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    Round.objects.all().delete()
    Project.objects.filter(pk__in=MonthlyReport.objects.values("project")).delete()
    world(county, now, count=12)
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few)
    assert len(many) <= most
