"""An area as GeoJSON (RFC 7946) gives it: read from a file, refused with a sentence where it can't be one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from core.geo.systems import EAST, NORTH, SOUTH, WEST, Degrees, System, from_gcj02
from core.refusals import Refused

LARGEST = 2 * 1024 * 1024  # bytes
MOST = 20_000  # corners
KEPT = 2_000  # corners; a drawing of 1,200 pixels shows no more
Ring = tuple[Degrees, ...]  # its last point is its first


def read(data: bytes, system: str = System.CGCS2000) -> tuple[Ring, ...]:
    """The rings of all areas in the file, in degrees of CGCS2000, closed, thinned to 2,000 corners at most.

    Raises Refused: no JSON, no area in it, metres or another system, numbers swapped, an outline that crosses itself.
    """
    if len(data) > LARGEST:
        raise Refused(_("The file is larger than 2 MB: simplify the outline first."))
    try:
        told = json.loads(data.decode("utf-8-sig"))
        names = str((told.get("crs") or {}).get("properties", {}).get("name", "")) if isinstance(told, dict) else ""
        rings = [_ring(ring) for ring in _rings(told, 0)]
    except Refused:
        raise
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise Refused(_("This isn't a GeoJSON file: it can't be read.")) from error
    if names and not names.upper().endswith(("CRS84", "4326", "4490")):
        raise Refused(
            _("The file is in %(system)s: export it in degrees (CGCS2000 or WGS-84).") % {"system": names[:60]}
        )
    if not rings:
        raise Refused(_("There is no area in the file: an outline is a Polygon or a MultiPolygon."))
    if sum(map(len, rings)) > MOST:
        raise Refused(_("The outline has more than 20,000 corners: simplify it first."))
    step = -(-sum(map(len, rings)) // KEPT)
    rings = [thin if len(thin := (*ring[:-1:step], ring[0])) >= 4 else ring for ring in rings]
    for ring in rings:
        if place := crossing(ring):
            at = {"longitude": f"{place.longitude:.4f}", "latitude": f"{place.latitude:.4f}"}
            raise Refused(_("The outline crosses itself near %(longitude)s, %(latitude)s.") % at)
    if system == System.GCJ02:
        rings = [tuple(map(from_gcj02, ring)) for ring in rings]
    return tuple(rings)


def _rings(told: Any, depth: int) -> list[Any]:
    if depth > 8 or not isinstance(told, dict):
        return []
    kind = told.get("type")
    if kind == "Polygon":
        return list(told["coordinates"])
    if kind == "MultiPolygon":
        return [ring for area in told["coordinates"] for ring in area]
    inside = told.get("features") or told.get("geometries") or [told.get("geometry")]
    return [ring for one in inside for ring in _rings(one, depth + 1)]


def _ring(told: Sequence[Any]) -> Ring:
    points = [Degrees(round(float(one[0]), 7), round(float(one[1]), 7)) for one in told]
    for point in points:
        if abs(point.longitude) > 360 or abs(point.latitude) > 360:
            raise Refused(_("The file is in metres: export it in degrees (CGCS2000 or WGS-84)."))
        if SOUTH <= point.longitude <= NORTH and WEST <= point.latitude <= EAST:
            raise Refused(_("Longitude and latitude are swapped in the file: GeoJSON has the longitude first."))
        if not (WEST <= point.longitude <= EAST and SOUTH <= point.latitude <= NORTH):
            raise Refused(_("The outline isn't in China: look at the file's system of coordinates."))
    if points and points[0] != points[-1]:
        points.append(points[0])
    points = [point for at, point in enumerate(points) if not at or point != points[at - 1]]
    if len(points) < 4:
        raise Refused(_("An outline needs at least three corners."))
    return tuple(points)


def crossing(ring: Ring) -> Degrees | None:
    """A corner beside which the ring crosses itself, if it does: sides in order from the west, so that only those that
    lie beside each other are compared."""
    sides = sorted((min(a[0], b[0]), max(a[0], b[0]), at, a, b) for at, (a, b) in enumerate(pairwise(ring)))
    last = len(sides) - 1
    for one, (_west, east, at, a, b) in enumerate(sides):
        for other in range(one + 1, len(sides)):
            west, _east, beside, c, d = sides[other]
            if west > east:
                break
            if abs(at - beside) in {1, last}:
                continue
            if _meet(a, b, c, d):
                return c
    return None


def _side(a: Degrees, b: Degrees, c: Degrees) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _meet(a: Degrees, b: Degrees, c: Degrees, d: Degrees) -> bool:
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def inside(rings: Sequence[Ring], point: Degrees) -> bool:
    """Whether the point lies in the area; a hole is outside."""
    found = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > point.latitude) != (y2 > point.latitude):
                found ^= point.longitude < (x2 - x1) * (point.latitude - y1) / (y2 - y1) + x1
    return found
