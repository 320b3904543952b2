"""The map under a mouse and under keys; its links do the same without script (tests/projects/map)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests.support.factories import make_project

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_wheel_drag_and_keys_lead_where_the_links_do(county, people, enter) -> None:
    for n, (east, north) in enumerate((("126.04", "42.68"), ("126.05", "42.68"), ("126.44", "42.38"))):
        Project.objects.filter(pk=make_project(county, name=f"项目{n}").pk).update(longitude=east, latitude=north)
    page = enter(people.leader, "/projects/map/", "desk")
    drawing = page.locator("#map svg.wide-only")
    expect(drawing.locator("g.light")).to_have_count(2)  # two lie close together
    marks = drawing.locator("g.light circle")
    box = marks.first.bounding_box()
    page.mouse.move(box["x"] + 11, box["y"] + 11)
    for _notch in range(10):
        page.mouse.wheel(0, -100)
    page.wait_for_url("**zoom=3**")
    near = drawing.locator("g.light")
    expect(near).to_have_count(2)  # they have come apart, the third one is out of sight
    place = near.first.locator("circle").bounding_box()
    assert abs(place["x"] - box["x"]) < 120  # what was under the pointer stays there
    frame = drawing.bounding_box()
    before = page.url
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 105, place["y"] + 45, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)
    assert "/projects/map/" in page.url  # a dragged mark isn't a pressed one
    moved = near.first.locator("circle").bounding_box()
    assert moved["x"] - place["x"] == pytest.approx(100, abs=4)
    assert moved["y"] - place["y"] == pytest.approx(40, abs=4)
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([x]) => document.querySelector('#map svg circle')?.getBoundingClientRect().x < x - 100", arg=[moved["x"]]
    )
    page.keyboard.press("-")
    page.wait_for_url("**zoom=2**")
    assert frame["width"] == drawing.bounding_box()["width"]
    expect(page.get_by_role("link", name="放大")).to_be_visible()
