"""The map under hand: wheel, drag and keys move it; where one clicks is the place that is stored."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from playwright.sync_api import Page, expect

from projects.map.services import draw_outline
from projects.models import Project
from tests.browser.conftest import sideways
from tests.support.factories import NOW, count, make_project

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.requirement("P01")]
OUTLINE = b'{"type":"Polygon","coordinates":[[[126.0,42.4],[126.6,42.4],[126.6,42.9],[126.0,42.9],[126.0,42.4]]]}'


def seen(page: Page) -> list[float]:
    """The part of the drawing that is shown: left, top, width, height."""
    box = page.locator("#map svg:visible").get_attribute("viewBox")
    return [float(one) for one in box.split()]


def settled(page: Page, before: str) -> dict[str, str]:
    """What the address says once the server has drawn anew what the address *before* showed."""
    expect(page).not_to_have_url(before)
    page.wait_for_load_state("networkidle")
    return dict(parse_qsl(urlsplit(page.url).query))


def test_wheel_drag_and_keys_move_the_map_and_a_click_is_the_place(county, people, enter, home) -> None:
    draw_outline(county, OUTLINE, "o.geojson", system="cgcs2000", by=people.office, now=NOW)
    project = make_project(county, name="粮库", longitude=126.25, latitude=42.68)
    make_project(county, name="水厂", longitude=126.45, latitude=42.55)
    count(Project.objects.all())
    with time_machine.travel(NOW, tick=True):
        page = enter(people.officer, "/projects/map/")
        box = page.locator("#map svg:visible").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        whole, url = seen(page), page.url
        page.mouse.move(x, y)
        page.mouse.wheel(0, -120)
        page.mouse.wheel(0, -120)
        near = seen(page)
        assert near[2] == pytest.approx(whole[2] * 0.64)  # two steps nearer, about what is under the pointer
        middle = [near[0] + near[2] / 2, near[1] + near[3] / 2]
        assert middle == pytest.approx([whole[0] + whole[2] / 2, whole[1] + whole[3] / 2], abs=1)
        found = settled(page, url)
        assert found["zoom"] == "1"
        before, was, url = seen(page), found["at"], page.url
        page.mouse.down()
        page.mouse.move(x - 120, y - 60, steps=4)
        by = [a - b for a, b in zip(seen(page), before, strict=True)]
        page.mouse.up()
        share = before[2] / box["width"]
        assert by == pytest.approx([120 * share, 60 * share, 0, 0], abs=2)  # it comes along with the hand
        east, north = (float(one) for one in settled(page, url)["at"].split(","))
        assert east > float(was.split(",")[0])  # to the left goes the paper: one looks further east, and south
        assert north < float(was.split(",")[1])
        page.locator("#map").focus()
        url = page.url
        page.keyboard.press("ArrowLeft")
        assert float(settled(page, url)["at"].split(",")[0]) < east
        url = page.url
        page.keyboard.press("-")
        assert settled(page, url)["zoom"] == "0"
        assert sideways(page) <= 0

        page.goto(f"{home}/projects/{project.pk}/place/")
        picture = page.locator("input.wide-only")
        frame = picture.bounding_box()
        picture.click(position={"x": frame["width"] * 0.75, "y": frame["height"] * 0.5})
        expect(page.locator("main")).to_contain_text("还没有存")
        told = [float(page.locator(f"[name={name}]").input_value()) for name in ("first", "second")]
        assert Project.objects.get(pk=project.pk).longitude == pytest.approx(126.25)  # nothing is stored before
        page.get_by_role("button", name="保存").click()
        page.wait_for_url(f"**/projects/{project.pk}/")
    project.refresh_from_db()
    kept = [float(project.longitude), float(project.latitude)]
    assert kept == pytest.approx(told, abs=1e-5)
    assert kept[0] > 126.3  # right of the middle of the outline
    assert kept[1] == pytest.approx(42.65, abs=0.02)  # at half its height
