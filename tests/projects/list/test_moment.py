"""The list of projects at a moment: rows as they stood at the month's end, totals of what counts, words for both."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation

from core.lists.listing import Listing
from organization.changes import services as changes
from organization.units.models import Unit, UnitKind
from projects.choices import Stage, State
from projects.lifecycle import services as lifecycle
from projects.list.lists import PROJECTS
from projects.models import ReportingMonth
from projects.plans.services import set_plan
from projects.registry import services as registry
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.times import at

pytestmark = [pytest.mark.requirement("P01"), pytest.mark.django_db]


def listed(user, query: str = "", now=NOW) -> Listing:
    return Listing(PROJECTS, user, QueryDict(query), now=now)


def names(user, query: str = "") -> set[str]:
    shown = listed(user, query)
    return {row["project__name"] for row in shown.rows()} if shown.count else set()


COLUMNS = (
    "unit",
    "competent_unit",
    "stage",
    "state",
    "total_investment",
    "plan",
    "planned_start",
    "started_on",
    "done",
)
JANUARY = {
    "unit": "西城镇",
    "competent_unit": "县工信局",
    "stage": "谋划",
    "state": "推进中",
    "total_investment": 20_000 * WAN,
    "plan": 1_200 * WAN,
    "planned_start": date(2026, 3, 1),
    "started_on": None,
    "done": None,
}
JUNE = JANUARY | {
    "unit": "东关乡",
    "competent_unit": "县住建局",
    "state": "暂停",
    "total_investment": 30_000 * WAN,
    "plan": 900 * WAN,
    "planned_start": date(2026, 9, 1),
}


@pytest.mark.by_services
def test_a_past_month_stays_as_it_was_whatever_the_office_edits_afterwards(county, people):
    """The services keep it so: nothing is counted again for this test."""
    begun = at("2026-01-10 09:00")
    one = registry.register(
        county=county, by=people.office, now=begun, name="一号厂房", total_investment=20_000 * WAN,
        lead_unit=unit_of(county, "xicheng"), competent_unit=unit_of(county, "gongxin"),
        planned_start=date(2026, 3, 1),
    )  # fmt: skip
    set_plan(one, 2026, investment=1_200 * WAN, by=people.office, now=begun)
    registry.edit(
        one, by=people.office, now=NOW, reason="调整", total_investment=30_000 * WAN, planned_start=date(2026, 9, 1),
        lead_unit=unit_of(county, "dongguan"), competent_unit=unit_of(county, "zhujian"),
    )  # fmt: skip
    set_plan(one, 2026, investment=900 * WAN, reason="调整", by=people.office, now=NOW)
    lifecycle.suspend(one, by=people.office, on=NOW.date(), now=NOW, reason="资金")
    columns = "&".join(f"col={key}" for key in COLUMNS)
    for month, stood in (("2026-01", JANUARY), ("2026-05", JANUARY), ("2026-06", JUNE)):
        shown = listed(people.office, f"period={month}&{columns}")
        keys = [column.key for column in shown.columns]
        (row,) = list(shown.file_rows())[1:]
        assert {key: value for key, value in zip(keys, row, strict=True) if key in COLUMNS} == stood, month
    assert names(people.office, "period=2026-05&unit=xicheng&state=active&plan=with") == {"一号厂房"}
    assert names(people.office, "period=2026-06&unit=xicheng") == set()
    assert names(people.office, "period=2026-06&unit=dongguan&state=suspended&competent=zhujian") == {"一号厂房"}
    assert names(people.other_officer, "period=2026-01") == {"一号厂房"}  # who sees it today sees its past
    assert names(people.office, "period=2026-06&postponed=yes") == {"一号厂房"}
    assert names(people.office, "period=2026-05&postponed=yes") == set()


def test_the_light_and_the_stage_of_a_row_are_of_one_moment(county, people, sign_in):
    """Started in June: a page of May has it as it stood then, its light too; the project's own page says so."""
    one = make_project(county, name="医院", stage=Stage.STARTED, plan=1_000 * WAN, planned_start=date(2026, 4, 1),
                       started_on=date(2026, 6, 3))  # fmt: skip
    make_report(one, "2026-05", works=0)
    for month, light, stage in (("2026-05", "应开未开", "前期"), ("2026-06", "滞后", "开工")):
        shown = listed(people.office, f"period={month}&col=light&col=stage")
        keys = [column.key for column in shown.columns]
        row = dict(zip(keys, list(shown.file_rows())[1], strict=True))
        assert (row["light"], row["stage"]) == (light, stage)
    page = sign_in(people.office).get(f"/projects/{one.pk}/").content.decode()
    then = page[page.index('id="then"') :].split("</p>")[0]
    assert "阶段前期" in then
    assert "<a" not in then, "it is the page of today"


def test_what_is_completed_and_not_reported_on_has_no_figure(county, people):
    make_project(county, name="完工", stage=Stage.COMPLETED, plan=WAN, completed_on=date(2026, 3, 1))
    make_project(county, name="谋划", stage=Stage.PLANNED, plan=WAN)
    shown = listed(people.office, "period=2026-05&sort=name")
    done = {row["project__name"]: shown.spec.by_key["done"].cell(row, shown.look([])) for row in shown.rows()}
    assert done["完工"].startswith("—")
    assert done["谋划"].startswith("0")


# totals --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(county, people):
    """One with a plan, one with a plan of nothing, one with none; two that don't count: suspended, finished before."""
    made = {
        "planned": make_project(county, name="有计划", stage=Stage.STARTED, plan=1_000 * WAN),
        "zero": make_project(county, name="零计划", stage=Stage.STARTED, plan=0),
        "none": make_project(county, name="无计划", stage=Stage.STARTED),
        "stop": make_project(
            county, name="停建", stage=Stage.STARTED, state=State.SUSPENDED, state_reason="资金", plan=WAN
        ),
        "over": make_project(county, name="早完工", stage=Stage.COMPLETED, plan=WAN, completed_on=date(2025, 12, 1)),
    }
    for name, works in (("planned", 250), ("zero", 40), ("none", 60), ("stop", 7), ("over", 7)):
        make_report(made[name], "2026-05", works=works * WAN)
    return made


def test_totals_and_the_rate_are_of_what_counts(county, people, mixed, sign_in):
    shown = listed(people.office)
    assert shown.totals == {
        "n": 5,
        "summed": 3,
        "summed_groups": 3,
        "total_investment": 60_000 * WAN,
        "plan": 1_000 * WAN,
        "done": 350 * WAN,
        "rated": 250 * WAN,
    }
    with translation.override("zh-hans"):
        said = "共 5 个项目，其中 3 个计入合计；无年度计划的项目完成 100 万元，不计入完成率"
        assert said in shown.body
        assert '<td class="n end">25.0' in shown.body
        (_name, done, rate, *_rest), *_rows = listed(people.office, "col=done&col=rate").file_rows()
        assert (_name, done, rate) == (said, 350 * WAN, 25)
        assert "合计 1 项" in listed(people.office, "q=有计划").body
    raw = b"".join(sign_in(people.office).get("/projects/export.csv").streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(raw)))[1][1].startswith("共 5 个项目")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("counted=yes", {"有计划", "零计划", "无计划"}),
        ("counted=no", {"停建", "早完工"}),
        ("counted=yes&counted=no", {"有计划", "零计划", "无计划", "停建", "早完工"}),
        ("plan=with&counted=yes", {"有计划"}),
        ("plan=without", {"零计划", "无计划"}),
    ],
)
def test_what_counts_and_what_has_a_plan_is_a_filter(people, mixed, query, expected):
    assert names(people.office, query) == expected


# units ---------------------------------------------------------------------------------------------------------------


def test_units_stand_as_they_stood_at_the_months_end(county, people):
    """A station below a township until June, then below the development zone: its projects are counted with each."""
    before, after = unit_of(county, "dongguan"), unit_of(county, "kaifaqu")
    station = Unit(code="zhan", name="东关站", short_name="东关站", kind=UnitKind.OTHER, parent=before)
    station.save()
    make_project(county, name="站房", lead_unit=station)
    move = {
        "kind": "move",
        "new_parent": after,
        "on": date(2026, 6, 3),
        "by": people.admin,
        "now": NOW,
        "reason": "调整",
    }
    changes.plan_change(station, **move)
    for month, here, gone in (("2026-05", before, after), ("2026-06", after, before)):
        for asked in (f"unit={here.code}", f"unit={here.pk}", f"ranked={here.pk}", "unit=zhan"):
            assert names(people.office, f"period={month}&{asked}") == {"站房"}, (month, asked)
        for asked in (f"unit={gone.code}", f"ranked={gone.pk}", f"ranked={station.pk}"):
            assert names(people.office, f"period={month}&{asked}") == set(), (month, asked)


def test_a_renamed_unit_has_the_name_of_the_month(county, people):
    make_project(county, name="站房", lead_unit="dongguan")
    unit = unit_of(county, "dongguan")
    rename: Any = {"new_name": "东关街道办事处", "new_short_name": "东关街道"}
    changes.plan_change(
        unit, kind="rename", on=date(2026, 6, 3), by=people.admin, now=NOW, reason="撤乡设街", **rename
    )
    assert "东关乡" in listed(people.office, "period=2026-05").body
    assert "东关街道" in listed(people.office, "period=2026-06").body


# the moment ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "month"),
    [
        ("2026-04", "2026-04"),
        ("2026-06", "2026-06"),
        ("2026-07", "2026-05"),  # to come
        ("2099-12", "2026-05"),
        ("1950-01", "2026-05"),  # nothing was on file
        ("2026-Q1", "2026-05"),
        ("nonsense", "2026-05"),
    ],
)
def test_a_month_without_rows_or_to_come_is_the_newest(county, people, sign_in, named, month):
    make_report(make_project(county, stage=Stage.STARTED), "2026-05", works=1)
    shown = listed(people.office, f"period={named}")
    assert str(shown.asked.period) == month
    assert ("period=" in shown.address()) == (named == month)
    assert sign_in(people.office).get(f"/projects/?period={named}").status_code == 200


def test_the_page_says_whether_its_month_is_closed_and_what_came_later(county, people):
    make_report(make_project(county, stage=Stage.STARTED), "2026-05", works=1)
    with translation.override("zh-hans"):
        assert "该月尚未关账，数据可能变动" in listed(people.office).sub
        ReportingMonth.objects.create(county=county, month="2026-05", closed_at=NOW)
        assert "该月已关账" in listed(people.office).sub
        assert "该月已关账" in PROJECTS.subtitle(listed(people.office))
        assert listed(people.office).remarks.later == ""
        make_project(county, name="新入库", counts_from=date(2026, 6, 5))
        later = listed(people.office).remarks
        assert later.later == "2026年5月31日以后另有 1 个项目入库，不在本表"
    assert "新入库" not in names(people.office)
    assert "新入库" in names(people.office, later.later_href.partition("?")[2])


@pytest.mark.by_services
def test_a_start_that_was_put_off_is_marked_with_both_days(county, people):
    one = registry.register(
        county=county, by=people.office, now=at("2026-01-10 09:00"), name="一号厂房", total_investment=20_000 * WAN,
        lead_unit=unit_of(county, "xicheng"), planned_start=date(2026, 3, 1),
    )  # fmt: skip
    with translation.override("zh-hans"):
        for planned, mark in ((date(2026, 9, 1), "推迟开工：3月1日→9月1日"), (None, "推迟开工：3月1日→未定")):
            registry.edit(one, by=people.office, now=NOW, reason="资金未到位", planned_start=planned)
            assert f'<span class="mk">{mark}</span>' in listed(people.office, "period=2026-06").body
        assert "推迟开工" not in listed(people.office, "period=2026-05").body


@pytest.mark.by_services
def test_what_changed_a_closed_months_figures_later_is_said_to_whom_it_concerns(county, people, sign_in):
    begun = at("2026-01-10 09:00")
    one = registry.register(
        county=county, by=people.office, now=begun, name="一号厂房", total_investment=20_000 * WAN,
        lead_unit=unit_of(county, "xicheng"), planned_start=date(2026, 3, 1),
    )  # fmt: skip
    lifecycle.suspend(one, by=people.office, on=date(2026, 3, 5), now=NOW + timedelta(days=1), reason="资金")
    page = "/projects/?period=2026-03"
    assert 'id="month-changes"' in sign_in(people.office).get(page).content.decode()
    assert 'id="month-changes"' not in sign_in(people.other_officer).get(page).content.decode()


def test_a_month_that_is_not_over_says_of_which_day_its_lights_are(county, people, sign_in) -> None:
    """The stage of a row is today's; pace and light go by whole months. So on the list and on the project's page."""
    project = make_project(county, plan=1_000 * WAN, stage=Stage.STARTED)
    make_report(project, "2026-06", works=10 * WAN)
    for moment, times in ((NOW, 2), (at("2026-07-02 09:00"), 0)):  # in its head and beside its light
        with time_machine.travel(moment, tick=True):
            page = sign_in(people.office).get(f"/projects/{project.pk}/?period=2026-06").content.decode()
        assert page.count("序时和亮灯按月底") == times
    with translation.override("en"):
        assert "pace and lights are of the month's end, Jun 30, 2026" in " ".join(listed(people.office).sub)
        assert "month's end" not in " ".join(listed(people.office, "period=2026-06", at("2026-07-02 09:00")).sub)
