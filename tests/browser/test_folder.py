"""The folder on two desks: a unit's head works through its own, the office keeps lists, plans and signboards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import expect

from jobs.models import JobRun
from projects.approvals import services as approvals
from projects.choices import Stage
from projects.models import AnnualPlan, Approval, Photo, Project, Roster
from projects.registry.months.services import extend
from projects.signboards import papers
from projects.signboards.models import Signboard
from projects.sponsorship.models import Visit
from projects.turn import services as turns
from projects.turn.models import TurnOfYear
from tests.browser.conftest import sideways
from tests.support.factories import WAN, count, make_project
from tests.support.pictures import photo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DECEMBER = datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PRESS = "main form button.btn-primary"


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with time_machine.travel(DECEMBER, tick=True):
        yield


@pytest.mark.requirement("P04", "P05", "P07")
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_units_head_sees_what_is_late_is_on_site_and_sends_the_years_figures_back(
    home: str, enter: Any, county: Any, people: Any, tmp_path: Path, size: str
) -> None:
    project = make_project(county, name="粮库", plan=900 * WAN, stage=Stage.PREWORK, investment_kind="enterprise")
    approvals.draw_up_all(county, now=DECEMBER)
    ends = project.approvals.order_by("pk")[0]
    Approval.objects.filter(pk=ends.pk).update(valid_until=date(2026, 11, 25))
    extend(county, now=DECEMBER)
    turn = turns.prepare_turn(county, 2027, by=people.office, now=DECEMBER)
    turns.send_round(turn, fill_by=date(2026, 12, 20), by=people.office, now=DECEMBER)

    page = enter(people.unit_head, "/", size)
    row = page.locator("main li, main tr").filter(has_text="粮库").filter(has_text="2026-11-25").first
    expect(row).to_be_visible()
    row.get_by_role("link").last.click()
    expect(page).to_have_url(re.compile("/checklist/"))
    expect(page.locator("main")).to_contain_text("粮库")
    assert sideways(page) <= 0

    (tmp_path / "1.jpg").write_bytes(photo())
    page.goto(f"{home}/projects/{project.pk}/sponsorship/visit/")
    page.locator("[name=kind]").select_option("office")
    page.locator("[name=on]").fill("2026-11-30")
    page.locator("[name=settled]").fill("十日内交地")
    page.locator("[name=photos]").set_input_files([tmp_path / "1.jpg"])
    page.locator(PRESS).click()
    expect(page.locator("main")).to_contain_text("十日内交地")
    visit = Visit.objects.get(project=project)
    assert (visit.kind, visit.by, Photo.objects.filter(project=project).count()) == ("office", people.unit_head, 1)
    assert sideways(page) <= 0

    page.goto(f"{home}/projects/plans/2027/")
    page.locator(f"[name$='{project.pk}-investment']").fill("1200")
    page.locator(".btn-primary[value=save]").click()
    page.get_by_role("link", name="报回").click()
    page.locator(PRESS).click()
    expect(page.locator("main")).to_contain_text("已报回")
    assert AnnualPlan.objects.get(project=project, year=2027).investment == 1200 * WAN
    assert TurnOfYear.objects.get().answers.get().sent_at is not None
    assert sideways(page) <= 0


@pytest.mark.requirement("P03", "P05", "P08")
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_office_saves_a_list_by_rule_takes_a_plan_over_and_makes_a_signboard(
    home: str, enter: Any, county: Any, people: Any, size: str
) -> None:
    project = make_project(county, name="粮库", plan=900 * WAN, stage=Stage.STARTED, level="city")
    make_project(county, name="水厂", plan=100 * WAN, stage=Stage.PREWORK)
    count(Project.objects.all())
    page = enter(people.office, "/projects/lists/new/?rule=level%3Dcity", size)
    expect(page.locator("main")).to_contain_text("级别：市重点")
    expect(page.locator("main .panel b")).to_have_text("1")  # of two, before anything is saved
    page.locator("[name=name]").fill("市重点盯办")
    assert not Roster.objects.filter(name="市重点盯办").exists()
    assert sideways(page) <= 0
    page.locator(PRESS).click()
    expect(page.locator("h1")).to_contain_text("市重点盯办")
    expect(page.locator("main")).to_contain_text("粮库")
    assert Roster.objects.get(name="市重点盯办").rule == "level=city"
    assert sideways(page) <= 0

    page.goto(f"{home}/projects/plans/2027/?unit={project.lead_unit_id}")
    page.locator("button[value=over]").click()
    expect(page.locator(f"[name$='{project.pk}-investment']")).to_have_value("900")
    assert AnnualPlan.objects.get(project=project, year=2027).investment == 900 * WAN
    assert sideways(page) <= 0

    page.goto(f"{home}/projects/{project.pk}/signboard/")
    board = page.locator("[id^=paper-]").first
    board.get_by_role("button").click()
    expect(board.get_by_role("status")).to_be_visible()
    papers.make_board(JobRun.objects.latest("pk").pk, now=DECEMBER)  # a worker's part
    with page.expect_download() as told:
        board.get_by_role("link", name="下载").click()
    assert told.value.path().read_bytes().startswith(b"%PDF")
    assert Signboard.objects.filter(project=project).count() == 1
    assert sideways(page) <= 0
