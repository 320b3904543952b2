"""A leader leaves and a deputy takes over on the 15th, an officer moves, a unit is merged: as people see it, planned
on the page, done by itself on the morning of the day, and whoever signs in then finds what is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import expect

from organization.people.models import Post
from projects.choices import ReportStatus
from tests.support.factories import NOW, WAN, make_project, make_report, unit_of
from tests.support.people import PASSWORD, make_county, make_people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standing(once):
    """A county where the first leader has a report of May to approve."""

    def build():
        county = make_county()
        people = make_people(county)
        project = make_project(county, plan=1_000 * WAN, stage="started", sponsor="县领导01")
        make_report(project, "2026-05", works=10 * WAN, status=ReportStatus.SUBMITTED)
        return county, people

    return once("a leader leaves", build)


def press(page, button):
    """Presses what sends a form, and waits for the answer: whoever goes on at once takes back what was sent."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        button.click()
    page.wait_for_load_state()


def sign_in(page, home, name):
    page.context.clear_cookies()
    page.goto(f"{home}/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, page.get_by_role("button", name="登录"))


def planned(page, day, why):
    """What happens is looked at, then done."""
    page.get_by_label("自哪天起").fill(day)
    page.get_by_label("理由").fill(why)
    page.get_by_role("button", name="查看影响").click()
    page.get_by_role("button", name="确认办理").click()
    expect(page.get_by_role("button", name="查看影响")).to_have_count(0)


def test_a_leader_leaves_an_officer_moves_a_unit_is_merged(county, people, enter, home):
    with time_machine.travel(NOW, tick=True) as clock:
        page = enter(people.admin, "/organization/people/")
        page.get_by_role("link", name="县领导01").click()
        page.get_by_role("link", name="交接", exact=True).click()
        page.get_by_label("由谁接任").select_option(str(people.other_leader.pk))
        page.get_by_label("自哪天起").fill("2026-06-15")
        page.get_by_label("理由").fill("县委〔2026〕9号")
        page.get_by_role("button", name="查看影响").click()
        shown = page.get_by_role("main")
        for words in ("县领导02接任县领导01", "不能再登录", "该岗位包联的项目"):
            expect(shown).to_contain_text(words)
        page.get_by_role("button", name="确认办理").click()
        expect(page.get_by_role("button", name="撤回")).to_be_visible()

        clock.move_to(NOW + timedelta(days=5))
        call_command("tick", at="2026-06-15T08:00")
        post = Post.objects.get(title="县领导01")
        page = enter(people.admin, f"/organization/people/{post.pk}/")
        held = page.get_by_role("table").first
        expect(held.get_by_role("row").nth(1)).to_contain_text("县领导02")
        expect(held.get_by_role("row").nth(2)).to_contain_text("6月14日")

        sign_in(page, home, "leader")
        expect(page.get_by_role("main")).to_contain_text("账号或密码不对")
        sign_in(page, home, "other_leader")
        page.goto(f"{home}/projects/review/2026-05/")
        expect(page.get_by_role("main")).to_contain_text("粮食烘干中心")
        press(page, page.get_by_role("button", name="签批").first)
        page.goto(f"{home}/projects/review/2026-05/")
        expect(page.get_by_role("main")).not_to_contain_text("粮食烘干中心")

        # an officer moves to the other township, and then his old one is merged into it
        there = Post.objects.get(unit__code="dongguan", title="项目专员")
        page = enter(people.admin, f"/organization/people/{there.pk}/")
        page.get_by_role("link", name="交接", exact=True).click()
        page.get_by_label("由谁接任").select_option(str(people.officer.pk))
        page.get_by_label("当日起不再任其他岗位").check()
        planned(page, "2026-06-15", "轮岗")
        sign_in(page, home, "officer")
        page.goto(f"{home}/projects/")
        expect(page.get_by_role("main")).not_to_contain_text("粮食烘干中心")

        here = unit_of(county, "xicheng")
        page = enter(people.admin, f"/organization/units/{here.pk}/")
        page.get_by_role("link", name="并入其他单位").click()
        page.get_by_label("并入").select_option(str(there.unit_id))
        planned(page, "2026-06-20", "并镇")
        clock.move_to(NOW + timedelta(days=10))
        call_command("tick", at="2026-06-20T08:00")
        sign_in(page, home, "officer")
        page.goto(f"{home}/projects/")
        expect(page.get_by_role("main")).to_contain_text("粮食烘干中心")
        page.get_by_role("link", name="粮食烘干中心").click()
        expect(page.get_by_role("main")).to_contain_text("东关乡")
