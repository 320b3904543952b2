"""The frame around every page, in a real browser: keyboard, phone, dialogs, what is typed, what is sent twice."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sideways

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _frame(settings):
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], settings.BASE_DIR / "tests/core/templates"]}]
    settings.ROOT_URLCONF = "tests.support.urls"


@pytest.mark.parametrize("size", ["desk", "phone", "small"])
def test_the_components_fit_and_have_no_serious_fault(enter, people, axe, size):
    page = enter(people.officer, "/", size)
    assert sideways(page) <= 0
    assert axe(page) == []


@pytest.mark.parametrize("size", ["desk", "small"])
def test_the_sign_in_page_fits_and_has_no_serious_fault(enter, axe, size, people):
    page = enter(None, "/sign-in/", size)
    assert sideways(page) <= 0
    assert axe(page) == []


def test_the_menu_of_a_phone_opens_and_closes_without_a_script(browser, live_server, people, enter):
    page = enter(people.officer, "/", "phone")
    expect(page.locator("#menu")).to_be_hidden()
    page.locator(".tabbar a[href='#menu']").click()
    expect(page.locator("#menu")).to_be_visible()
    page.locator(".side-x").click()
    expect(page.locator("#menu")).to_be_hidden()


def test_a_dialog_opens_for_its_row_and_the_link_works_without_a_script(enter, people, browser, live_server):
    page = enter(people.officer)
    page.locator("[data-dialog=why]").click()
    dialog = page.locator("dialog#why")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-name]")).to_have_text("和德商用车")
    expect(dialog.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.locator("[data-dialog=why]").get_attribute("href")


def test_what_is_typed_is_not_lost_by_leaving(enter, people):
    page = enter(people.officer)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("form[data-guard] [name=permit_no]").first.fill("施 2026-7")
    page.evaluate("location.href = '/two-ways/'")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_a_double_click_sends_once(enter, people, live_server):
    page = enter(people.officer)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    # Held on its way, so that the page is still there for the second click.
    page.route("**/language/", lambda route: (time.sleep(0.6), route.continue_()))
    button = page.locator(".me-a button[name=language]").first
    button.evaluate("b => { b.click(); setTimeout(() => b.click(), 150); }")
    page.wait_for_timeout(1500)
    assert len(sent) == 1


def test_the_language_changes_and_stays(enter, people):
    page = enter(people.officer)
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_signing_out_is_a_form_and_ends_at_the_sign_in_page(enter, people):
    page = enter(people.officer)
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(page.url.split("/sign-in/")[0] + "/sign-in/")


def test_the_first_key_reaches_the_text(enter, people):
    page = enter(people.officer, "/account/")  # the home page begins in what is to be done
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
