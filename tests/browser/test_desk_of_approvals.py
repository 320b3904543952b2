"""A clerk's morning at the desk of approvals, by keyboard at a screen and by thumb on a phone."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.choices import Stage
from projects.models import Approval
from tests.browser.conftest import sideways
from tests.support.factories import NOW, make_project, with_authority
from tests.support.people import make_county, make_people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("P04")]
DESK = "/projects/approvals/"


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=True):
        yield


def test_a_clerk_works_the_desk_through(enter) -> None:
    county = make_county()
    people = make_people(county)
    with_authority(county, site="zhujian")
    for n in range(3):
        make_project(county, name=f"厂{n}", stage=Stage.PREWORK, investment_kind="enterprise").approvals.all().delete()
    approvals.draw_up_all(county, now=NOW)
    page = enter(people.approver, DESK)
    states, texts = page.locator("[data-col=state]"), page.locator("[data-col=text]")
    days, said = page.locator("[data-col=day]"), page.locator("[data-status]")
    expect(states).to_have_count(3)
    states.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(days.nth(0)).to_be_focused()
    texts.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(texts.nth(1)).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(texts.nth(0)).to_be_focused()
    # obtained: state, day, number, then down; leaving the row saves it
    states.nth(0).select_option("obtained")
    days.nth(0).fill("2026-06-01")
    texts.nth(0).fill("3号")
    texts.nth(0).press("Enter")
    expect(said.nth(0)).to_have_text("已保存")
    assert Approval.objects.get(kind="site").document_number == "3号"
    # refused without a reason: the sentence stands in the row, what was chosen stays
    states.nth(1).select_option("refused")
    states.nth(1).press("Enter")
    expect(said.nth(1)).to_have_class("cap late")
    texts.nth(1).fill("缺图纸")
    texts.nth(1).press("Enter")
    expect(said.nth(1)).to_have_text("已保存")
    # somebody else was faster
    one = ApprovalItem.objects.get(pk=page.locator("[data-row]").nth(2).get_attribute("data-row"))
    by = people.office
    approvals.set_item(one, state="not_needed", by=by, on=NOW.date(), now=NOW, reason="不新增用地")
    texts.nth(2).fill("我写的")
    texts.nth(2).press("Tab")
    expect(said.nth(2)).to_contain_text("不新增用地")
    expect(texts.nth(2)).to_have_value("我写的")
    assert ApprovalItem.objects.get(pk=one.pk).why == "不新增用地"
    phone = enter(people.approver, f"{DESK}?state=any", size="phone")
    expect(phone.get_by_text("厂0").first).to_be_visible()
    assert sideways(phone) <= 0
    phone.goto(phone.url.replace("approvals/?state=any", f"{one.project_id}/checklist/"))
    expect(phone.get_by_text("不新增用地")).to_be_visible()
    assert sideways(phone) <= 0
