"""How many keys a month takes: seven projects, from the home page to handed in, every key counted."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Page, expect

from dispatch.models import Round, RoundRow
from projects.choices import ReportStatus, Stage
from projects.models import MonthlyReport
from tests.browser.conftest import eventually
from tests.browser.test_grid import words, works
from tests.support.factories import NOW, WAN, make_project, make_report
from tests.support.people import make_county, make_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P09")]


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=True):
        yield


class Keys:
    """A person's keys, each counted as it goes down: Ctrl and D are two."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, keys: str) -> None:
        self.count += len(keys.split("+"))
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        self.count += len(text)
        self.page.keyboard.type(text)


@pytest.fixture
def seven(once):
    """A county whose officer owes the month's reports of seven projects; an eighth is handed in."""

    def build():
        county = make_county()
        people = make_people(county)
        made = [make_project(county, name=f"第{n}标段", stage=Stage.STARTED, plan=100_000 * WAN) for n in range(1, 9)]
        opened = Round.objects.create(county=county, kind="monthly", period="2026-05", opened_at=NOW, due_at=NOW)
        for project in made:
            RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
            make_report(project, "2026-04", works=5000 * WAN, progress=f"{project.name}主体施工")
        make_report(made[2], "2026-05", works=1000 * WAN, status=ReportStatus.SUBMITTED)
        return county, people, made

    return once("seven", build)


def test_seven_projects_from_the_home_page_take_65_keys_at_most_and_no_tab_is_wasted(enter, seven):
    _county, people, _made = seven
    page = enter(people.officer)
    keys = Keys(page)
    keys.press("Enter")  # the button that leads there has the focus
    owed = [n for n in range(8) if n != 2]
    expect(works(page, 0)).to_be_focused()
    assert keys.count <= 3
    for row in owed:
        expect(works(page, row)).to_be_focused()
        keys.type(f"115{row}")
        keys.press("Tab")
        expect(words(page, row)).to_be_focused()
        keys.press("Control+d")
        keys.press("Tab")
    expect(page.locator("[data-count=filled]")).to_have_text("已填 8 / 8")
    expect(page.get_by_role("button", name="上报填好的")).to_be_focused()  # to which the last Tab came
    keys.press("Enter")
    expect(page.locator("#says")).to_contain_text("已上报 7 个项目")
    assert keys.count <= 65
    filled = MonthlyReport.objects.filter(month="2026-05", status=ReportStatus.SUBMITTED)
    assert sorted(filled.values_list("works", flat=True)) == [1000 * WAN, *(WAN * (1150 + row) for row in owed)]


def test_down_a_column_then_the_words_takes_65_keys_too(enter, seven):
    _county, people, _made = seven
    page = enter(people.officer)
    keys = Keys(page)
    keys.press("Enter")
    expect(works(page, 0)).to_be_focused()
    expect(page.locator("a.name").first).to_have_attribute("tabindex", "-1")  # Enter is the script’s
    for row in range(7):
        keys.type(f"115{row}")
        keys.press("Enter")  # past what is handed in; at the foot to the first words that are missing
    expect(words(page, 0)).to_be_focused()
    for _row in range(7):
        keys.press("Control+d")
        keys.press("Enter")
    expect(page.locator("[data-count=filled]")).to_have_text("已填 8 / 8")
    assert keys.count <= 65


def test_what_is_typed_before_the_script_is_there_is_saved_too(enter, seven, home):
    _county, people, made = seven
    held = []
    page = enter(people.officer)
    page.route("**/grid*.js", lambda route: held.append(route))
    page.goto(f"{home}/projects/reports/2026-05/", wait_until="commit")
    works(page, 0).fill("7")
    held[0].continue_()
    eventually(lambda: MonthlyReport.objects.filter(project=made[0], month="2026-05", works=7 * WAN).exists())
