"""What changes data works without JavaScript: plain forms, plain links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dispatch.models import Problem
from funding.models import Bid, Channel
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport, Project
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
GRID = "/projects/reports/2026-05/"


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def project(county: Any, people: Any) -> Project:
    made = make_project(county, stage=Stage.STARTED, plan=10_000 * WAN)
    make_report(made, "2026-04", works=900 * WAN, progress="基础完成")
    return made


@pytest.fixture
def desk(browser: Browser, home: str, watch: Callable[..., BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """`desk("officer")` is that person's browser with scripts switched off, signed in by its own form."""
    contexts = []

    def sit(who: str) -> Page:
        context = browser.new_context(base_url=home, java_script_enabled=False, locale="zh-CN")
        contexts.append(context)
        page = watch(context, console=True).new_page()
        page.goto("/")
        page.get_by_label("账号").fill(who)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(f"{home}/")
        return page

    yield sit
    for context in contexts:
        context.close()


@pytest.mark.requirement("P09")
def test_the_grid_is_filled_and_handed_in_and_the_office_accepts(desk, project):
    officer = desk("officer")
    officer.goto(GRID)
    row = officer.locator(f"#row-{project.pk}")
    row.locator("[data-col=works]").fill("600.5")
    row.locator("[data-col=progress]").fill("二层封顶")
    officer.get_by_role("button", name="上报填好的").click()
    expect(officer.locator("#says")).to_contain_text("已上报 1 个项目")
    report = MonthlyReport.objects.get(project=project, month="2026-05")
    assert (report.works, report.progress, report.status) == (6_005_000, "二层封顶", ReportStatus.SUBMITTED)

    office = desk("office")
    office.goto("/projects/review/2026-05/")
    office.get_by_role("button", name=f"接收 {project.name}").click()
    expect(office.locator("#says")).to_contain_text(project.name)
    report.refresh_from_db()
    assert report.status == ReportStatus.ACCEPTED
    assert report.works_ytd == (900 + 600.5) * WAN


def test_the_office_gives_a_report_back_with_a_reason_on_a_page_of_its_own(desk, project):
    report = make_report(project, "2026-05", works=5 * WAN, status=ReportStatus.SUBMITTED)
    office = desk("office")
    office.goto("/projects/review/2026-05/")
    office.get_by_role("link", name=f"退回 {project.name}").click()
    office.locator("main textarea[name=reason]").fill("请写到部位")
    office.locator("main form").get_by_role("button", name="退回").click()
    report.refresh_from_db()
    assert (report.status, report.return_reason) == (ReportStatus.RETURNED, "请写到部位")


def test_a_problem_is_raised(desk, project):
    officer = desk("officer")
    officer.goto("/dispatch/problems/new/")
    officer.locator("[name=project]").select_option(str(project.pk))
    officer.locator("[name=title]").fill("临时用电没有接通")
    officer.locator("[name=category]").select_option("utilities")
    officer.locator("main form button.btn-primary").click()
    expect(officer.locator("h1")).to_contain_text("临时用电没有接通")
    problem = Problem.objects.get()
    assert (problem.project, problem.owner_unit, problem.raised_by.username) == (
        project,
        unit_of(project.county, "zhihuibu"),
        "officer",
    )


def test_a_bid_for_funds_is_put_on_file(desk, project):
    officer = desk("officer")
    officer.goto("/funding/new/")
    officer.locator("[name=name]").fill("污水管网专项债")
    officer.locator("[name=channel]").select_option(Channel.SPECIAL_BOND)
    officer.locator("[name=asked]").fill("1.2亿")
    officer.locator("main form button.btn-primary").click()
    expect(officer.locator("h1")).to_contain_text("污水管网专项债")
    bid = Bid.objects.get()
    assert (bid.asked, bid.unit, bid.year) == (12_000 * WAN, project.lead_unit, 2026)
