"""The map of the project list: every project at its place, or named as having none."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.geo.systems import Degrees, System, from_gcj02, metres, to_grid
from core.refusals import NotAllowed, Refused, Stale
from organization.people.models import User
from projects.map.drawing import MARK, Spot, framed, marks, tiles
from projects.map.models import Outline
from projects.map.services import draw_outline, place_project, restore_outline
from projects.models import Project
from tests.support.factories import NOW, make_project

HERE = Degrees(126.04, 42.685)


def outline(*corners: tuple[float, float]) -> bytes:
    ring = [list(corner) for corner in corners or ((125.8, 42.4), (126.3, 42.4), (126.3, 42.9), (125.8, 42.9))]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}).encode()


@pytest.fixture
def project(county: Any, people: Any) -> Project:
    return make_project(county)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@given(
    st.lists(
        st.tuples(st.floats(125.8, 126.3), st.floats(42.4, 42.9), st.sampled_from(["red", "amber", "green", "grey"])),
        max_size=60,
    )
)
def test_every_project_is_on_exactly_one_mark_and_no_mark_hides_a_worse_light(
    told: list[tuple[float, float, str]],
) -> None:
    spots = [Spot(Degrees(x, y), str(at), f"/{at}/", "1", "", colour, "") for at, (x, y, colour) in enumerate(told)]
    frame = framed([Degrees(125.8, 42.4), Degrees(126.3, 42.9)], 800, 600)
    found = marks(spots, frame)
    assert sorted(spot.href for mark in found for spot in mark.spots) == sorted(spot.href for spot in spots)
    for mark in found:
        assert 0 <= mark.x <= 800
        assert 0 <= mark.y <= 600
        for spot in mark.spots:
            x, y = frame.pixel(spot.at)
            assert (x - mark.x) ** 2 + (y - mark.y) ** 2 < MARK**2
    order = [["grey", "green", "amber", "red"].index(mark.worst.colour) for mark in found]
    assert order == sorted(order)


def test_a_click_is_the_place_that_is_drawn_there_and_tiles_cover_the_frame() -> None:
    frame = framed([Degrees(125.8, 42.4), Degrees(126.3, 42.9)], 800, 600, zoom=2, at=HERE)
    assert metres(frame.point(*frame.pixel(HERE)), HERE) < 5
    for system in ("cgcs2000", "gcj02"):
        found = tiles(frame, "https://maps.example/{z}/{x}/{y}.png", system)
        assert min(t.x for t in found) <= 0
        assert max(t.x + t.size for t in found) >= 800
        assert min(t.y for t in found) <= 0
        assert max(t.y + t.size for t in found) >= 600
        assert len(found) < 60
        assert "{" not in found[0].href


@pytest.mark.django_db
@pytest.mark.requirement("P01")
def test_a_place_given_in_any_system_is_the_same_place_and_stays_as_given(people: Any, project: Project) -> None:
    x, y = to_grid(HERE, 126)
    for system, first, second, meridian in (
        (System.CGCS2000, *HERE, None),
        (System.GRID, x, y, 126),
        (System.GRID, x, y + 42_000_000, None),
        (System.GCJ02, 126.045955, 42.687, None),
    ):
        one, two = Decimal(str(round(first, 7))), Decimal(str(round(second, 7)))
        axis = None if meridian is None else Decimal(meridian)
        placed = place_project(
            project, system=system, first=one, second=two, meridian=axis, by=people.officer, now=NOW
        )
        there = Degrees(float(placed.longitude), float(placed.latitude))
        wanted = from_gcj02(Degrees(first, second)) if system == System.GCJ02 else HERE
        assert metres(there, wanted) < 0.02
        kept = placed.place
        kept.refresh_from_db()
        assert (kept.system, kept.first, kept.second) == (system, one, two)
    with pytest.raises(NotAllowed):
        place_project(
            project, system="cgcs2000", first=Decimal(126), second=Decimal(42), by=people.other_officer, now=NOW
        )
    with pytest.raises(Stale):
        place_project(
            project, system="cgcs2000", first=Decimal(126), second=Decimal(42), by=people.officer, now=NOW, version=1
        )


@pytest.mark.django_db
def test_a_place_is_picked_without_script_and_wrong_numbers_keep_what_was_typed(people: Any, project: Project) -> None:
    client, page = as_(people.officer), reverse("projects:place", args=[project.pk])
    draw_outline(project.county, outline(), "o.geojson", system="cgcs2000", by=people.office, now=NOW)
    shown = client.post(page, {"version": project.version, "wide.x": "360", "wide.y": "240"})
    assert shown.status_code == 200
    assert "126.05" in shown.content.decode()
    assert "here=126.05" in shown.content.decode()
    project.refresh_from_db()
    assert project.longitude is None  # picked, not stored
    typed = {
        "version": project.version,
        "system": "cgcs2000",
        "first": "42.68",
        "second": "126.04",
        "wide.x": "0",
        "wide.y": "0",
    }
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert 'value="42.68"' in refused.content.decode()
    saved = client.post(page, typed | {"first": "126.04", "second": "42.68"})
    assert saved.status_code == 303
    project.refresh_from_db()
    assert (project.longitude, project.latitude) == (Decimal("126.04"), Decimal("42.68"))
    picture = client.get(reverse("projects:place_picture", args=[project.pk, "wide"]) + "?here=126.04,42.68")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.count(b"<circle") == 2


@pytest.mark.django_db
def test_the_map_is_the_list_and_says_who_has_no_place_or_lies_outside(
    county: Any, people: Any, django_assert_max_num_queries: Any
) -> None:
    there, out, nowhere = (make_project(county, name=name) for name in ("粮库", "水厂", "路灯"))
    Project.objects.filter(pk=there.pk).update(longitude="126.04", latitude="42.68")
    Project.objects.filter(pk=out.pk).update(longitude="127.5", latitude="42.68")
    draw_outline(county, outline(), "o.geojson", system="cgcs2000", by=people.office, now=NOW)
    leader = as_(people.leader)
    leader.get("/projects/map/")
    with django_assert_max_num_queries(16):
        page = leader.get("/projects/map/")
    shown = page.context["map"]
    assert [row.name for row in shown.missing] == [nowhere.name]
    assert shown.outside == 1
    assert shown.placed == 2
    assert f'href="/projects/{there.pk}/"' in page.content.decode()
    alone = as_(people.leader).get("/projects/map/?q=粮库").context["map"]
    assert [row.name for row in alone.rows] == ["粮库"]
    nearer = as_(people.leader).get("/projects/map/?zoom=7&at=126.04,42.68").context["map"]
    assert [mark.name.partition("，")[0] for mark in nearer.wide.marks] == ["粮库"]
    assert nearer.near == ""


@pytest.mark.django_db
def test_the_outline_is_the_offices_and_a_former_one_can_be_drawn_again(county: Any, people: Any) -> None:
    with pytest.raises(NotAllowed):
        draw_outline(county, outline(), "o.geojson", system="cgcs2000", by=people.officer, now=NOW)
    with pytest.raises(Refused):
        draw_outline(county, b"{}", "o.geojson", system="cgcs2000", by=people.office, now=NOW)
    assert not Outline.objects.exists()
    client = as_(people.office)
    for corners in ((), ((125.9, 42.5), (126.2, 42.5), (126.2, 42.8))):
        file = SimpleUploadedFile("边界.geojson", outline(*corners))
        assert client.post("/projects/map/outline/", {"file": file, "system": "cgcs2000"}).status_code == 303
    now, before = Outline.objects.filter(county=county)
    assert len(now.rings[0]) == 4
    restore_outline(before, by=people.office, now=NOW)
    assert Outline.objects.filter(county=county).first().rings == before.rings
    assert Outline.objects.count() == 3  # nothing is lost
