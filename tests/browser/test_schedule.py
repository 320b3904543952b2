"""A schedule is laid, then moved by drag, by keyboard and by typing; on a phone it is a list with the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from core.days.workdays import is_workday
from projects.choices import Stage
from projects.milestones.models import Milestone
from projects.models import Project
from tests.browser.conftest import sideways
from tests.support.factories import NOW, count, make_project

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.requirement("P06")]


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def planned(project: Project, code: str) -> date:
    return Milestone.objects.get(project=project, code=code).planned_on


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_schedule_is_laid_and_moved(home: str, enter: Any, county: Any, people: Any, size: str) -> None:
    project = make_project(county, name="粮库", stage=Stage.PREWORK)
    count([project])
    page = enter(people.officer, f"/projects/{project.pk}/schedule/new/", size)
    page.locator("[name=target]").fill("2027-03-31")
    page.get_by_role("button", name="开始倒排").click()
    expect(page.locator("body")).to_contain_text("已排出 13 个节点")
    assert planned(project, "entered") == date(2027, 3, 31)
    if size == "desk":
        _drag_and_keys(page, project)
    before = planned(project, "demolition")
    row = Milestone.objects.get(project=project, code="demolition")
    page.locator(f"[name=planned_{row.pk}]").fill("2026-10-02")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(f"#id_planned_{row.pk}_error")).to_contain_text("休息日")
    assert planned(project, "demolition") == before
    page.locator(f"[name=done_{row.pk}]").fill("2026-06-09")
    page.locator(f"[name=planned_{row.pk}]").fill(str(before))
    page.get_by_role("button", name="保存").click()
    expect(page.locator(f"#m{row.pk}")).to_contain_text("已完成")
    page.wait_for_load_state()
    assert sideways(page) <= 0
    page.goto(f"{home}/projects/schedule/")
    expect(page.locator("main")).to_contain_text("粮库")
    assert page.locator("svg.wall").first.is_visible() == (size == "desk")
    assert sideways(page) <= 0


def _drag_and_keys(page: Page, project: Project) -> None:
    was = planned(project, "tender")
    page.locator("[name=along]").check()
    mark = page.get_by_role("slider", name="招标完成")
    mark.scroll_into_view_if_needed()
    box = mark.locator("path").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y, steps=4)
    page.mouse.up()
    expect(page.locator("body")).to_contain_text("倒排工期已保存")
    moved = planned(project, "tender")
    assert moved < was
    assert is_workday(moved)
    page.get_by_role("button", name="撤回").first.click()
    expect(page.get_by_role("slider", name="招标完成")).to_be_visible()
    assert planned(project, "tender") == was
    mark = page.get_by_role("slider", name="入统")
    mark.focus()
    mark.press("ArrowLeft")
    mark.press("Enter")
    expect(page.locator("body")).to_contain_text("倒排工期已保存")
    assert planned(project, "entered") == date(2027, 3, 30)
