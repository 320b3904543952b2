"""A whole month as each role lives it, at a desk and on a phone: filed, chased, taken back, returned, approved,
accepted, closed, reopened, drafted, sent, taken back, signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.days.periods import Period
from dispatch.bulletins.services import draft_bulletin
from organization.people.models import User
from projects.models import MonthlyReport, Project
from tests.browser.conftest import SIZES, sideways
from tests.support.bulletin_steps import confirm
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.months import open_round

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MAY = "2026-05"
ROLES: tuple[Literal["button", "link"], ...] = ("button", "link")


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


class Desk:
    """One person's browser. Wherever it goes, the page fits."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home

    def at(self, path: str) -> Page:
        self.page.goto(self.home + path)
        self.fits()
        return self.page

    def press(self, *names: str) -> None:
        """Presses what is called so, one after the other: a button, else a link; a dialog's own before the page's."""
        for name in names:
            dialog = self.page.locator("dialog[open]")
            scope = dialog if dialog.count() else self.page.locator("body")
            found = [scope.get_by_role(role, name=name, exact=exact) for exact in (True, False) for role in ROLES]
            next((one for one in found if one.count()), found[0]).first.click()
            self.page.wait_for_load_state()
        self.fits()

    def writes(self, name: str, words: str) -> None:
        """Into the dialog's field if one is open, else into the page's."""
        dialog = self.page.locator("dialog[open]")
        (dialog if dialog.count() else self.page.locator("main")).locator(f"[name={name}]").first.fill(words)

    def chooses(self, words: str) -> None:
        """The first choice with these words, of the dialog's only list or the page's."""
        dialog = self.page.locator("dialog[open]")
        choices = (dialog if dialog.count() else self.page.locator("main")).locator("select").first
        choices.select_option(label=choices.locator("option", has_text=words).first.inner_text())

    def reads(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def fits(self) -> None:
        assert sideways(self.page) <= 0, self.page.url


@pytest.fixture
def desk(browser: Browser, home: str, watch: Callable[..., BrowserContext]) -> Iterator[Callable[[User, str], Desk]]:
    contexts = []

    def sit(person: User, size: str) -> Desk:
        width, height = SIZES[size]
        context = watch(browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN"))
        contexts.append(context)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        return Desk(context.new_page(), home)

    yield sit
    for context in contexts:
        context.close()


@pytest.fixture
def projects(county: Any) -> tuple[Project, Project, Project]:
    """Two of the officer's township, the first one sponsored; one of another's. May's round is open."""
    made = (
        make_project(county, name="粮食烘干中心", stage="started", plan=10_000 * WAN, sponsor="县领导01"),
        make_project(county, name="供水管网改造", stage="started", plan=8_000 * WAN),
        make_project(county, name="冷链物流园", stage="started", plan=6_000 * WAN, lead_unit="dongguan"),
    )
    for project in made:
        make_report(project, "2026-04", works=3_000 * WAN, progress="基础施工")
    open_round(county, MAY)
    return made


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.requirement("D05", "P09", "P18")
def test_a_month_from_the_first_figure_to_the_signed_bulletin(desk, people, projects, size):
    first, second, third = projects
    officer, other = desk(people.officer, size), desk(people.other_officer, size)
    office, leader, head = (desk(one, size) for one in (people.office, people.leader, people.office_head))

    # The officer files; one report went too early and is taken back, mended and filed again.
    grid = officer.at(f"/projects/reports/{MAY}/")
    for project, works in ((first, "1200"), (second, "700")):
        row = grid.locator("tr[data-row]", has_text=project.name)
        row.locator("[data-col=works]").fill(works)
        row.locator("[data-col=progress]").fill("主体施工")
        expect(row.locator("[data-status]")).to_contain_text("已保存")
    officer.press("上报填好的")
    officer.reads("已上报 2 个项目")
    officer.at(f"/projects/{second.pk}/reports/{MAY}/")
    officer.press("撤回")
    assert MonthlyReport.objects.get(project=second, month=MAY).status == "draft"
    officer.page.goto(f"{officer.home}/projects/{second.pk}/reports/{MAY}/")
    officer.page.locator("[name=works]").fill("760")
    officer.press("保存并上报")

    # The office chases who has not filed; that officer has it as something to do, and files.
    office.at("/dispatch/rounds/")
    office.press("5月月报")
    office.press("催报 东关乡")
    office.reads("东关乡")
    other.at("/outbox/notices/")
    other.reads("催报")
    grid = other.at(f"/projects/reports/{MAY}/")
    grid.locator("[data-col=works]").fill("500")
    grid.locator("[data-col=progress]").fill("设备安装")
    expect(grid.locator("tr[data-row] [data-status]")).to_contain_text("已保存")
    other.press("上报填好的")

    # One is returned with a reason and mended from the home page; the leader approves, the office accepts.
    office.at(f"/projects/review/{MAY}/")
    office.press(f"退回 {third.name}")
    office.writes("reason", "请写明设备安装到哪一步")
    office.press("退回")
    other.at("/")
    other.page.get_by_label("形象进度").fill("设备安装完成一半")
    other.press("改好再报")
    leader.at(f"/projects/review/{MAY}/")
    leader.press(f"签批 {first.name}")
    leader.reads("0 个等您签批")
    office.at(f"/projects/review/{MAY}/")
    office.press("接收没有疑问的")
    expect(office.page.locator("h1")).to_contain_text("0 个待审核")

    # The month is closed after a look at what is left out; reopened with a reason, and closed again.
    office.press("5月关账")
    office.reads("月报已全部接收")
    office.press("5月关账")
    office.reads("5月已关账")
    office.press("重新打开")
    office.writes("reason", "东关乡来电更正")
    office.press("重新打开")
    office.press("5月关账")
    office.press("5月关账")
    office.reads("5月已关账")

    # The bulletin: drafted, sent to the one chosen, taken back, sent again, signed. Corrected: `test_paper_sent`.
    draft = confirm(draft_bulletin(people.office.county, "monthly", Period.month(2026, 5), now=NOW), people, NOW)
    office.at(f"/dispatch/bulletins/{draft.pk}/")
    block = office.page.locator("#b-next")
    if block.locator("details:not([open])").count():
        block.locator("summary").click()
    block.locator("textarea[name=text]").fill("六月底前，东关乡办结冷链物流园的设备安装。")
    block.get_by_role("button", name="保存", exact=True).click()
    expect(block.locator(".saved")).to_be_visible()
    for again in (False, True):
        office.press("送签")
        office.chooses("办公室主任")
        office.press("送签")
        office.reads("撤回送签")
        if not again:
            office.press("撤回送签")
            head.at("/")
            head.reads("没有待办")
    head.at("/")
    head.press("签发或退回")
    head.press("签发", "签发")
    head.reads("〔2026〕1号")
