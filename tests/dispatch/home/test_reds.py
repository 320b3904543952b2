"""Red projects with what holds them up: on a leader's home page under the own ones, and on a page of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import Problem
from projects.models import Approval
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tenth_of_june():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def red(county, name, *, plan=10_000, sponsor=None, **report):
    project = make_project(county, name=name, plan=plan * WAN, stage="started", sponsor=sponsor)
    make_report(project, "2026-04", works=WAN, **report)
    return project


def problem(project, title, unit="zhujian", days=-2, **more):
    county = project.county
    facts = {"category": "land", "raised_on": NOW.date(), "owner_unit": unit_of(county, unit)}
    due = NOW.date() + timedelta(days=days)
    return Problem.objects.create(county=county, project=project, key=title, title=title, due_on=due, **facts, **more)


def test_each_red_project_says_why_who_owes_and_what_is_missing(county, people, sign_in):
    project = red(county, "粮库", progress="基础完成\n塔吊进场", problem="资金没到")
    Approval.objects.filter(project=project, kind="construction").delete()
    problem(project, "边界有争议", unit="dongguan", days=5)
    problem(project, "补偿标准不一致")
    problem(project, "早解决的", days=-9, status="closed")
    page = sign_in(people.leader).get("/dispatch/reds/").text
    said = page.split("粮库")[1].split("</li>")[0]
    assert "低于序时" in said
    assert "4月进展：基础完成" in said
    assert "塔吊进场" not in said
    assert "补偿标准不一致" in said
    assert "住建局欠结果" in said
    assert "另有1个" in said
    assert "资金没到" not in said, "the open problem says it"
    assert "没有在册的手续：" in said
    assert "施工许可" in said


def test_without_an_open_problem_the_report_says_what_holds_it_up(county, people, sign_in):
    red(county, "粮库", problem="资金没到")
    said = sign_in(people.leader).get("/dispatch/reds/").text.split("粮库")[1].split("</li>")[0]
    assert "月报反映：资金没到" in said
    assert "没有在册" not in said


def test_the_county_stands_under_the_leaders_own(county, people, sign_in):
    red(county, "自己的", sponsor="县领导01")
    red(county, "别人的", sponsor="县领导02")
    client = sign_in(people.leader)
    home = client.get("/")
    assert [one.project.name for one in home.context["red"].shown] == ["自己的"]
    assert 'hx-get="/dispatch/reds/"' in home.text
    part = client.get("/dispatch/reds/", HTTP_HX_REQUEST="true").text
    assert "自己的" in part
    assert "别人的" in part
    assert "<h1" not in part


def test_all_are_counted_before_the_first_are_shown_and_the_list_has_them(county, people, sign_in):
    for number in range(10):
        red(county, f"滞后{number}", plan=1_000 + number)
    client = sign_in(people.leader)
    part = client.get("/dispatch/reds/", HTTP_HX_REQUEST="true")
    assert (part.context["red"].count, len(part.context["red"].shown)) == (10, 8)
    assert part.context["red"].shown[0].project.name == "滞后9", "the largest plan first"
    assert "还有 2 个红灯项目" in part.text
    assert client.get("/projects/?light=red").context["listing"].count == 10


def test_an_officer_sees_the_own_units_red_projects_only(county, people, sign_in):
    red(county, "西城的")
    other = make_project(county, name="东关的", lead_unit="dongguan", plan=WAN * 10_000, stage="started")
    make_report(other, "2026-04", works=WAN)
    page = sign_in(people.officer).get("/dispatch/reds/").text
    assert "西城的" in page
    assert "东关的" not in page


def test_the_number_of_queries_does_not_grow(county, people, sign_in):
    client = sign_in(people.leader)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as log:
            client.get("/dispatch/reds/", HTTP_HX_REQUEST="true")
        return len(log)

    for number in range(2):
        problem(red(county, f"滞后{number}"), f"缺水{number}")
    asked()
    few = asked()
    for number in range(2, 7):
        problem(red(county, f"滞后{number}"), f"缺水{number}")
    assert asked() == few
