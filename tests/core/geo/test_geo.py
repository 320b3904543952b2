"""Coordinates come back as they went in, whatever system they were given in; outlines are read or refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geo import outlines, systems
from core.geo.systems import Degrees, System
from core.refusals import Refused

PLACES = st.builds(Degrees, st.floats(80, 130), st.floats(19, 52))


@given(PLACES)
def test_a_place_comes_back_from_every_system_within_a_millimetre(place: Degrees) -> None:
    meridian = 3 * round(place.longitude / 3)
    x, y = systems.to_grid(place, meridian)
    ways = (
        systems.from_gcj02(systems.to_gcj02(place)),
        systems.from_grid(x, y, meridian),
        systems.read(System.GRID, x, y + meridian / 3 * 1_000_000),
        systems.from_mercator(*systems.mercator(place)),
    )
    for back in ways:
        assert systems.metres(place, back) < 0.001


def test_the_systems_are_told_apart() -> None:
    """Against PROJ 9 (EPSG:4490 to 4540, 2,100 places: 0.2 µm apart) and the public approximation of GCJ-02."""
    huinan = Degrees(126.04, 42.685)
    x, y = systems.to_grid(huinan, 126)
    assert (round(x, 3), round(y, 3)) == (4727727.414, 503278.251)
    shifted = systems.to_gcj02(huinan)
    assert 450 < systems.metres(huinan, shifted) < 600
    assert systems.read(System.GCJ02, *shifted) != systems.read(System.CGCS2000, *shifted)


@pytest.mark.parametrize(
    ("system", "first", "second", "meridian", "says"),
    [
        ("cgcs2000", 42.68, 126.04, None, "反了"),
        ("gcj02", 42.68, 126.04, None, "反了"),
        ("cgcs2000", 4727727.0, 503278.0, None, "不是经纬度"),
        ("cgcs2000", 2.35, 48.86, None, "不在国内"),
        ("grid", 503278.0, 4727727.0, 126, "反了"),
        ("grid", 42503278.0, 4727727.0, None, "反了"),
        ("grid", 4727727.0, 503278.0, None, "请填中央子午线"),
        ("grid", 4727727.0, 503278.0, 12, "中央子午线不对"),
    ],
)
@pytest.mark.requirement("P01")
def test_wrong_numbers_get_a_sentence(
    system: str, first: float, second: float, meridian: float | None, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        systems.read(system, first, second, meridian)


SQUARE = [[126.0, 42.5], [126.2, 42.5], [126.2, 42.8], [126.0, 42.8], [126.0, 42.5]]


def geojson(*rings: Any, **more: Any) -> bytes:
    return json.dumps({"type": "Polygon", "coordinates": list(rings), **more}).encode()


def test_an_outline_is_read_with_its_holes_thinned_and_closed() -> None:
    hole = [[126.05, 42.6], [126.1, 42.6], [126.1, 42.7]]
    wrapped = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": json.loads(geojson(SQUARE, hole))}],
    }
    outer, inner = outlines.read(b"\xef\xbb\xbf" + json.dumps(wrapped).encode())
    assert outer[0] == outer[-1]
    assert inner[0] == inner[-1]
    assert len(inner) == 4
    assert outlines.inside((outer, inner), Degrees(126.15, 42.6))
    assert not outlines.inside((outer, inner), Degrees(126.08, 42.62))  # in the hole
    assert not outlines.inside((outer, inner), Degrees(125.9, 42.6))
    many = [[126 + at / 10_000, 42.5] for at in range(2_500)] + [[126.25 - at / 10_000, 42.8] for at in range(2_500)]
    (ring,) = outlines.read(geojson(many))
    assert len(ring) <= outlines.KEPT + 1
    assert ring[0] == ring[-1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 not json", "读不出来"),
        (b"[1, 2]", "没有面"),
        (b'{"type": "Polygon"}', "读不出来"),
        (b'{"type": "Polygon", "coordinates": [[["a", "b"]]]}', "读不出来"),
        (b'{"type": "Point", "coordinates": [126, 42]}', "没有面"),
        (geojson(SQUARE, crs={"properties": {"name": "EPSG:4549"}}), "EPSG:4549"),
        (geojson([[503278, 4727727], [503300, 4727727], [503300, 4727800]]), "米制坐标"),
        (geojson([[42.5, 126.0], [42.5, 126.2], [42.8, 126.2]]), "反了"),
        (geojson([[2.3, 48.8], [2.4, 48.8], [2.4, 48.9]]), "不在国内"),
        (geojson(SQUARE[:2]), "三个点"),
        (geojson([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]), "126.2000, 42.5000 附近自相交"),
        (b" " * (outlines.LARGEST + 1), "2 MB"),
        (b"[" * 100_000, "读不出来"),
    ],
)
def test_a_file_that_is_no_outline_gets_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        outlines.read(content)
