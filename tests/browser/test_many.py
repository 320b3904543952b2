"""Rows of a list are ticked and changed together, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from projects.choices import Stage
from projects.models import Project
from tests.support.factories import NOW, WAN, make_project
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def june(county: Any, people: Any) -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        for name in ("粮库", "管廊", "水厂"):
            make_project(county, name=name, stage=Stage.STARTED, plan=100 * WAN)
        yield


def led(unit: str) -> set[str]:
    return set(Project.objects.filter(lead_unit__code=unit).values_list("name", flat=True))


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_projects_are_ticked_handed_over_and_taken_back(browser: Any, home: str, watch: Any, scripts: bool) -> None:
    context = browser.new_context(base_url=home, java_script_enabled=scripts, locale="zh-CN")
    page: Page = watch(context, console=True).new_page()
    page.goto("/")
    page.get_by_label("账号").fill("office")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.goto("/projects/")
    page.get_by_label("选中：粮库").check()
    if scripts:
        expect(page.get_by_text("已选 1 项")).to_be_visible()
        page.get_by_label("选中本页全部").check()
        expect(page.get_by_text("已选 3 项")).to_be_visible()
        page.get_by_label("选中：水厂").uncheck()
        expect(page.get_by_text("已选 2 项")).to_be_visible()
    else:
        page.get_by_label("选中：管廊").check()
    page.get_by_role("button", name="改责任单位").click()
    page.get_by_label("责任单位").select_option(label="东关乡")
    page.get_by_label("理由").fill("统一牵头")
    page.get_by_role("button", name="查看影响").click()
    expect(page.get_by_role("row", name="粮库 西城镇 东关乡")).to_be_visible()
    assert led("dongguan") == set()
    page.get_by_role("button", name="办理这 2 个项目").click()
    expect(page.get_by_text("2 个项目的责任单位改为东关乡")).to_be_visible()
    assert led("dongguan") == {"粮库", "管廊"}
    page.goto("/did/")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回，2 个项目恢复原样")).to_be_visible()
    assert led("dongguan") == set()
    context.close()
