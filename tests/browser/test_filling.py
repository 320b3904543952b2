"""One filling in a real browser: the grid serves the week's round and the month, and the office gathers what came back
by chat."""

from __future__ import annotations

import io
import re

import pytest
import time_machine
from openpyxl import load_workbook
from playwright.sync_api import expect

from core.days.periods import Period
from dispatch.models import Round, RoundRow
from projects.choices import ReportStatus, Stage
from projects.gathering.pages import forms_of
from projects.models import MonthlyReport
from tests.browser.conftest import eventually, sideways
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.people import make_county, make_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P18", "D05")]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=True):
        yield


def filled(content: bytes, works: object) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    for row in sheet.iter_rows():
        heads = {str(cell.value).split("（")[0]: cell.column for cell in row}
        if "项目" in heads:
            sheet.cell(row[0].row + 1, heads["本月完成"]).value = works
            sheet.cell(row[0].row + 1, heads["形象进度"]).value = "主体封顶"
            break
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_grid_fills_the_week_and_the_office_gathers_what_came_back(enter):
    county = make_county()
    people = make_people(county)
    made = [
        make_project(county, name=name, lead_unit=unit, stage=Stage.STARTED, plan=1_000 * WAN)
        for name, unit in (("粮食烘干中心", "xicheng"), ("供水管网", "xicheng"), ("标准厂房", "dongguan"))
    ]
    for project in made:
        make_report(project, "2026-05", works=100 * WAN)
    week = Round.objects.create(county=county, kind="weekly", period="2026-W24", opened_at=NOW, due_at=NOW)
    for project in made:
        RoundRow.objects.create(round=week, unit=project.lead_unit, project=project)

    page = enter(people.officer, "/projects/reports/2026-06/")
    foot = page.locator("tr[data-totals]")
    expect(foot.locator("[data-sum]")).to_have_text(["0", "200", "10.0"])
    page.keyboard.type("50")
    expect(foot.locator("[data-sum]")).to_have_text(["50", "250", "12.5"])
    page.keyboard.press("Tab")
    page.keyboard.type("三层")
    page.keyboard.press("Tab")
    page.keyboard.type("缺变压器")
    assert not sideways(page)
    page.get_by_role("button", name=re.compile("报送“6月8日")).click()
    expect(page.get_by_text("还有 1 个没有填")).to_be_visible()
    row = RoundRow.objects.get(round=week, project=made[0])
    assert (row.note, row.problem, row.works) == ("三层", "缺变压器", 50 * WAN)
    page.locator("[data-col=progress]").nth(1).fill("关上页面以前写的")
    page.goto("about:blank")  # at once: nothing waits for the quiet moment
    eventually(lambda: MonthlyReport.objects.filter(project=made[1], progress="关上页面以前写的").exists())

    blank = {name: book.read() for name, book in forms_of(county, Period.month(2026, 6))}
    page = enter(people.office, "/projects/gathering/")
    page.set_input_files(
        "[type=file]",
        [
            {"name": name, "mimeType": "application/zip", "buffer": content}
            for name, content in (
                ("东关乡.xlsx", filled(blank["6月月报·东关乡"], 80)),
                ("西城镇.xlsx", filled(blank["6月月报·西城镇"], "约八十")),
            )
        ],
    )
    page.get_by_role("button", name="先看看").click()
    expect(page.get_by_text("约八十")).to_be_visible()
    assert not sideways(page)
    page.get_by_role("button", name="没有疑问的 1 个文件全部并入").click()
    expect(page.get_by_text("“东关乡.xlsx”已并入 1 行")).to_be_visible()
    report = MonthlyReport.objects.get(project=made[2], month="2026-06")
    assert (report.works, report.status) == (80 * WAN, ReportStatus.DRAFT)  # the month isn't over
    assert RoundRow.objects.get(round=week, project=made[2]).works == 80 * WAN
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("1 行已恢复原样")).to_be_visible()
    assert MonthlyReport.objects.get(project=made[1], month="2026-06").progress == "关上页面以前写的"
