"""The sheet before a meeting: whose it is, and that each figure is that of the list behind it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache

from dispatch.models import Problem
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tenth_of_june():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ledger(county, people):
    """Nine red projects of the leader's, one on pace, one of another leader."""
    for number in range(9):
        project = make_project(
            county, name=f"滞后{number}", plan=(1_000 + number) * WAN, stage="started", sponsor="县领导01"
        )
        make_report(project, "2026-05", works=10 * WAN)
    make_report(
        make_project(county, name="正常的", plan=1_000 * WAN, stage="started", sponsor="县领导01"),
        "2026-05",
        works=600 * WAN,
    )
    make_report(
        make_project(county, name="别人的", plan=5_000 * WAN, stage="started", sponsor="县领导02"),
        "2026-05",
        works=WAN,
    )
    return project


def sheet_of(client, leader):
    return client.get(f"/dispatch/brief/{leader.pk}/")


def test_the_figures_are_those_of_the_lists_they_open(ledger, people, sign_in):
    client = sign_in(people.office)
    sheet = sheet_of(client, people.leader).context["sheet"]
    mine, county = sheet.totals
    assert (mine.projects, mine.reds, county.projects, county.reds) == (10, 9, 11, 10)
    assert (mine.investment.done, mine.investment.plan) == (690 * WAN, 10_036 * WAN)
    assert mine.investment.gap == Decimal("-34.8")
    for row in sheet.totals:
        for query, number in ((row.query, row.projects), (f"{row.query}&light=red", row.reds)):
            assert client.get(f"/projects/?{query}").context["listing"].count == number


def test_it_is_cut_with_how_many_more_there_are(ledger, people, sign_in):
    page = sheet_of(sign_in(people.leader), people.leader)
    assert len(page.context["sheet"].red.shown) == 4
    assert "余5项见项目列表" in page.text
    assert "数据截至5月底" in page.text
    assert "按时序进度应完成年计划的41.7%" in page.text


def test_problems_of_the_leaders_level_stand_there_and_what_is_asked(ledger, county, people, sign_in):
    Problem.objects.create(
        county=county, project=ledger, key="k", title="线路没有迁改", category="land", raised_on=NOW.date(),
        owner_unit=unit_of(county, "zhujian"), due_on=NOW.date() - timedelta(days=9), level=2,
    )  # fmt: skip
    page = sheet_of(sign_in(people.leader), people.leader)
    sheet = page.context["sheet"]
    assert [item.about for item in sheet.level.shown] == ["线路没有迁改"]
    assert "problem_level" not in {item.kind for item in sheet.asked.shown}
    assert "住建局欠结果" in page.text


def test_it_is_the_leaders_own_and_the_office_opens_it_for_each(people, sign_in):
    for who, status in (("leader", 200), ("office", 200), ("other_leader", 403), ("officer", 403), ("reader", 403)):
        assert sheet_of(sign_in(getattr(people, who)), people.leader).status_code == status
    office = sign_in(people.office)
    assert sheet_of(office, people.officer).status_code == 403, "no leader"
    chosen = office.get("/dispatch/brief/").text
    assert all(f"/dispatch/brief/{one.pk}/" in chosen for one in (people.leader, people.other_leader))
    assert sign_in(people.leader).get("/dispatch/brief/")["Location"] == f"/dispatch/brief/{people.leader.pk}/"


def test_a_leader_without_a_project_has_the_countys(ledger, people, sign_in):
    from projects.models import Sponsor

    Sponsor.objects.all().delete()
    sheet = sheet_of(sign_in(people.leader), people.leader).context["sheet"]
    assert [(row.mine, row.projects) for row in sheet.totals] == [(False, 11)]
    assert sheet.red.count == 10
