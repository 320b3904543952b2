"""Photos from a phone and at a desk: one by one, on a line that breaks, beside last month's."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from playwright.sync_api import Route, expect

from projects.models import Photo
from tests.browser.conftest import sideways
from tests.support.factories import NOW, make_project
from tests.support.pictures import SITE, on_file, photo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.requirement("P09")]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_three_photos_on_a_bad_line_and_what_is_none(county, people, enter, tmp_path, size: str) -> None:
    project = make_project(county, stage="started", longitude=SITE.longitude, latitude=SITE.latitude)
    on_file(project, people.officer, "2026-04", caption="四月的基坑")
    files = []
    for name, content in (("1.jpg", photo(1)), ("2.jpg", photo(2)), ("会议.jpg", b"text"), ("3.jpg", photo(3))):
        (tmp_path / name).write_bytes(content)
        files.append(tmp_path / name)
    tried: list[str] = []

    def breaks(route: Route) -> Any:
        """The answer to the second is lost after the server has kept it."""
        if route.request.method != "POST":
            return route.continue_()
        tried.append(route.request.url)
        if len(tried) != 2:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    with time_machine.travel(NOW, tick=True):
        page = enter(people.officer, f"/projects/{project.pk}/photos/2026-05/", size)
        page.route("**/photos/2026-05/", breaks)
        page.get_by_label("现场照片").set_input_files(files)
        page.get_by_label("拍的是什么").fill("主体结构")
        page.get_by_role("button", name="上传照片").click()
        expect(page.locator("#add")).to_contain_text("4 张里已上传 3 张", timeout=20_000)
        expect(page.locator("#add")).to_contain_text("“会议.jpg”不是图片")
        page.get_by_role("link", name="查看").click()
        expect(page.locator(".beside")).to_contain_text("四月的基坑")
        expect(page.locator(".beside img")).to_have_count(4)
        assert sideways(page) <= 0
    assert Photo.objects.filter(month="2026-05", caption="主体结构").count() == 3
    assert len(tried) == 5


def test_the_line_goes_and_comes_back_and_who_leaves_is_asked(county, people, enter, tmp_path) -> None:
    """Nothing chosen is lost while there is no network; the photo that was on its way is sent again by itself."""
    project = make_project(county, stage="started", longitude=SITE.longitude, latitude=SITE.latitude)
    for name, content in (("1.jpg", photo(1)), ("2.jpg", photo(2))):
        (tmp_path / name).write_bytes(content)
    with time_machine.travel(NOW, tick=True):
        page = enter(people.officer, f"/projects/{project.pk}/photos/2026-05/", "phone")
        page.get_by_label("现场照片").set_input_files([tmp_path / "1.jpg", tmp_path / "2.jpg"])
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.context.set_offline(True)
        expect(page.locator("[data-away]")).to_be_visible()
        page.get_by_role("button", name="上传照片").click()
        expect(page.locator("[data-sent] li").first).to_contain_text("2 秒后")
        page.evaluate("location.reload()")
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        expect(page.locator("[data-sent] li").first).to_contain_text("1.jpg")
        page.context.set_offline(False)
        expect(page.locator("[data-away]")).to_be_hidden()
        expect(page.locator("#add")).to_contain_text("2 张里已上传 2 张", timeout=20_000)
        assert sideways(page) <= 0
    assert Photo.objects.filter(month="2026-05").count() == 2


def test_a_large_photo_goes_on_where_the_line_broke(county, people, enter, tmp_path, settings) -> None:
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    project = make_project(county, stage="started", longitude=SITE.longitude, latitude=SITE.latitude)
    (tmp_path / "1.jpg").write_bytes(photo(1) + bytes(3 * 2**19))  # four pieces
    sent: list[int] = []

    def breaks(route: Route) -> Any:
        """The second piece doesn't arrive; of the third the answer is lost."""
        if route.request.method != "POST":
            return route.continue_()
        sent.append(len(route.request.post_data_buffer or b""))
        if len(sent) == 4:
            route.fetch()
        return route.abort("connectionreset") if len(sent) in (2, 4) else route.continue_()

    with time_machine.travel(NOW, tick=True):
        page = enter(people.officer, f"/projects/{project.pk}/photos/2026-05/", "phone")
        page.route("**/photos/2026-05/", breaks)
        page.get_by_label("现场照片").set_input_files([tmp_path / "1.jpg"])
        page.get_by_role("button", name="上传照片").click()
        expect(page.locator("#add")).to_contain_text("1 张里已上传 1 张", timeout=20_000)
    assert Photo.objects.get().original.size == (tmp_path / "1.jpg").stat().st_size
    assert len(sent) in (6, 7)  # 4 pieces, 2 of them twice; after the lost answer it is told where to go on
    assert max(sent) < 2**19 + 4000
