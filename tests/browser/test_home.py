"""The home pages in a real browser: they fit, axe finds nothing serious, and they are light."""

from __future__ import annotations

import re
import threading

import brotli
import pytest
from django.utils import timezone
from playwright.sync_api import Response, expect

from core.days.periods import Period
from dispatch.models import Problem, Round, RoundRow
from organization.units.models import Unit
from projects.models import Project
from tests.browser.conftest import sideways
from tests.support.factories import WAN, make_project, make_report
from tests.support.people import make_county, make_people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standing(once):
    """A county in the middle of a month: 20 projects, one of them behind, the round open, a report given back."""

    def build():
        county = make_county()
        people = make_people(county)
        month = Period.of(timezone.localdate())
        projects = [
            make_project(
                county,
                name=f"第{n}标段道路提升工程",
                plan=(n + 1) * 1_000 * WAN,
                year=month.year,
                stage="started",
                sponsor="县领导01",
            )
            for n in range(20)
        ]
        opened = Round.objects.create(
            county=county, kind="monthly", period=str(month), opened_at=timezone.now(), due_at=timezone.now()
        )
        for project in projects:
            RoundRow.objects.create(round=opened, unit=project.lead_unit, project=project)
        for project in projects[:3]:
            make_report(project, str(month.previous()), works=10 * WAN, problem="土地没有过户")
        make_report(projects[0], str(month), status="returned", return_reason="没有投资就填 0")
        return county, people

    return once("busy", build)


@pytest.mark.parametrize("who", ["officer", "leader", "office"])
@pytest.mark.parametrize("size", ["desk", "phone", "small"])
def test_the_home_page_fits_and_has_no_serious_fault(enter, people, axe, who, size):
    page = enter(getattr(people, who), "/", size)
    expect(page.locator("h1")).not_to_be_empty()
    assert sideways(page) <= 0
    assert axe(page) == []


def test_on_a_phone_a_figure_opens_as_a_sheet_over_its_page(enter, people, axe):
    """It is read out and scrolls by itself, has the keys, and closes by each way that people try; on a screen, in a
    tab of its own or without a script it is a link."""
    page = enter(people.leader, "/", "phone")
    over, figure = page.locator("#over"), page.locator(".facts a.open[data-sheet]").first

    def open_it() -> None:
        figure.click()
        expect(over).to_be_visible()

    open_it()
    expect(over.locator("h2")).to_be_focused()
    assert over.evaluate("el => el.scrollWidth - el.clientWidth") == 0
    assert axe(page) == []
    at = page.url
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.go_back(),
        lambda: page.mouse.click(200, 20),
        lambda: over.locator("[data-close]").click(),
    ):
        close()
        expect(over).to_be_hidden()
        expect(figure).to_be_focused()
        assert page.url == at
        page.wait_for_function("!history.state?.sheet")
        open_it()
    over.get_by_role("link", name="打开列表").click()
    page.wait_for_url("**/projects/?light=*")
    page.go_back()  # the sheet is found again
    expect(over).to_be_visible()
    page.go_back()
    expect(over).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 900})
    figure.click()
    page.wait_for_url("**/projects/?light=*")


def test_a_long_act_shows_how_far_it_is(enter, people, county, monkeypatch, settings, tmp_path):
    """While its request runs: here a password waits until the page has said that it is the first of two."""
    settings.VAR, shown = tmp_path, threading.Event()
    Unit.objects.create(code="shuili", name="县水利局", short_name="县水利局", kind="department", parent=county)
    Unit.objects.create(code="linye", name="县林业局", short_name="县林业局", kind="department", parent=county)
    monkeypatch.setattr("organization.accounts.services.make_password", lambda word: shown.wait(20) and word)
    page = enter(people.office, "/organization/people/accounts/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.evaluate("""() => new MutationObserver(() => {
      const line = document.querySelector("#working progress")?.parentNode;
      if (line) console.log(line.textContent, line.firstChild.value > 0 && line.firstChild.max > 1);
    }).observe(document.querySelector("#toasts"), {childList: true, subtree: true})""")
    with page.expect_console_message(
        lambda said: "生成初始密码" in said.text
    ) as said:  # nothing else is told meanwhile
        page.get_by_role("button", name="开通勾选的账号").click(no_wait_after=True)
    assert said.value.text.endswith("true")
    shown.set()
    page.wait_for_url(re.compile("/people/accounts/[0-9]+/"))


def test_the_slash_key_finds_a_project(enter, people):
    page = enter(people.officer)
    page.keyboard.press("/")
    expect(page.locator("[data-key='/']")).to_be_focused()
    page.keyboard.type("第3标段")
    page.keyboard.press("Enter")
    expect(page.get_by_text("第3标段道路提升工程").first).to_be_visible()


def test_the_page_stays_within_its_budget(enter, people, context):
    """By bytes and not by seconds, which flicker: the same for a county office and a township on a bad line."""
    answers: list[Response] = []
    context.on("response", lambda answer: answers.append(answer))
    enter(people.office).wait_for_load_state("networkidle")
    weights: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for answer in answers:  # only now: a body that is read inside the event races with the page's own end
        # Static files are compressed once, as well as can be; pages on the fly.
        quality = 11 if "/static/" in answer.url else 5
        body = b"" if answer.status in range(300, 400) else answer.body()
        weights[answer.url] = len(brotli.compress(body, quality=quality)) if body else 0
        kinds[answer.url] = answer.request.resource_type
    by_kind = {kind: sum(weights[url] for url in weights if kinds[url] == kind) for kind in set(kinds.values())}
    assert by_kind["document"] <= 15_000
    assert by_kind["stylesheet"] <= 67_000
    assert by_kind["script"] <= 30_000
    assert sum(weights[url] for url in weights if "/js/" in url) <= 8_000
    assert len(weights) <= 9


def test_the_sheet_before_a_meeting_fits_one_page_of_paper(enter, people, standing):
    """However much is red, open and asked: the rest is counted."""
    county = standing[0]
    today = timezone.localdate()
    for project in Project.objects.filter(county=county):
        for number in range(2):
            Problem.objects.create(
                county=county, project=project, key=f"{project.pk}-{number}", title="线路迁改和补偿标准" * 6,
                category="land", raised_on=today, owner_unit=project.lead_unit, due_on=today, level=2,
            )  # fmt: skip
    page = enter(people.leader, f"/dispatch/brief/{people.leader.pk}/", "phone")
    assert sideways(page) <= 0
    sheet = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
