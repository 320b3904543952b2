"""Half filled in, away, and Back: no page with data is kept by the browser, and what was typed is there."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def typed(enter, people):
    """A page with something typed, left by its own address bar."""
    page = enter(people.office, "/dispatch/problems/new/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[data-guard] textarea").first.fill("征地还差两户没有签")
    page.goto(page.url.replace("/dispatch/problems/new/", "/account/"))
    return page


def test_what_was_typed_is_there_after_going_back(typed):
    typed.go_back()
    assert typed.evaluate("performance.getEntriesByType('navigation')[0].type") == "back_forward", "a page made anew"
    expect(typed.locator("form[data-guard] textarea").first).to_have_value("征地还差两户没有签")


def test_signing_out_takes_it_along(typed):
    assert typed.evaluate("Object.keys(sessionStorage).some((key) => key.startsWith('typed:'))")
    typed.get_by_role("button", name="退出").first.click()
    typed.wait_for_url("**/sign-in/")
    assert typed.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('typed:'))") == []
