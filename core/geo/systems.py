"""Coordinates as people are given them, into degrees of CGCS2000 and back.

CGCS2000 and WGS-84 differ by centimetres and count as one here. GCJ-02 is the shifted system of the public maps (Amap,
Tencent): its formula isn't published; the approximation in common use is meant, true to about a metre. Surveyors
deliver metres of the Gauss-Krüger projection in zones of three degrees (GB/T 18314): X points north, Y east with
500,000 m added, the zone's number in front or not.
"""

from __future__ import annotations

from math import atan2, atanh, cos, cosh, degrees, hypot, pi, radians, sin, sinh, sqrt
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Refused


class Degrees(NamedTuple):
    """A point of CGCS2000: degrees east and north."""

    longitude: float
    latitude: float


class System(models.TextChoices):
    CGCS2000 = "cgcs2000", gettext_lazy("CGCS2000 or GPS, degrees")
    GCJ02 = "gcj02", gettext_lazy("GCJ-02 (Amap, Tencent), degrees")
    GRID = "grid", gettext_lazy("CGCS2000 in metres, zones of 3°: X north, Y east")


WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0  # China, generously
RADIUS = 6_371_008.8  # metres, the mean of the ellipsoid


def read(system: str, first: float, second: float, meridian: float | None = None) -> Degrees:
    """The point that the two numbers name: longitude and latitude in degrees, or X (north) and Y (east) in metres.

    *meridian* (degrees) is asked for where Y has no zone's number. Raises Refused with a sentence: swapped numbers,
    metres where degrees are asked, a place outside China.
    """
    if system == System.GRID:
        point = from_grid(first, second, meridian)
    else:
        if abs(first) > 360 or abs(second) > 360:
            raise Refused(_("These are metres, not degrees: choose the system in metres."))
        if SOUTH <= first <= NORTH and WEST <= second <= EAST:
            raise Refused(_("Longitude and latitude seem to be swapped: the longitude is the larger one."))
        point = Degrees(first, second)
        if system == System.GCJ02:
            point = from_gcj02(point)
    if not (WEST <= point.longitude <= EAST and SOUTH <= point.latitude <= NORTH):
        raise Refused(_("This place isn't in China: look at the numbers and at their system again."))
    return point


# GCJ-02 -------------------------------------------------------------------------------------------------------------

_A, _E2 = 6_378_245.0, 0.006_693_421_622_965_943


def _shift(point: Degrees) -> tuple[float, float]:
    x, y = point.longitude - 105.0, point.latitude - 35.0
    waves = 20 * (sin(6 * x * pi) + sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    at = radians(point.latitude)
    rest = 1 - _E2 * sin(at) ** 2
    return (
        degrees(east / (_A / sqrt(rest) * cos(at))),
        degrees(north / (_A * (1 - _E2) / (rest * sqrt(rest)))),
    )


def to_gcj02(point: Degrees) -> Degrees:
    east, north = _shift(point)
    return Degrees(point.longitude + east, point.latitude + north)


def from_gcj02(point: Degrees) -> Degrees:
    """The inverse by repetition: after five rounds less than a millimetre is left."""
    found = point
    for _round in range(5):
        east, north = _shift(found)
        found = Degrees(point.longitude - east, point.latitude - north)
    return found


# Gauss-Krüger -------------------------------------------------------------------------------------------------------

_AXIS, _FLATTENING = 6_378_137.0, 1 / 298.257_222_101  # of CGCS2000
_N = _FLATTENING / (2 - _FLATTENING)
_RECTIFYING = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_FORWARD = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BACK = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_ECCENTRICITY = sqrt(_FLATTENING * (2 - _FLATTENING))
FALSE_EAST, ZONE = 500_000.0, 1_000_000.0


def to_grid(point: Degrees, meridian: float) -> tuple[float, float]:
    """X (north) and Y (east, without a zone's number) in metres around *meridian*."""
    latitude, away = radians(point.latitude), radians(point.longitude - meridian)
    conformal = sinh(atanh(sin(latitude)) - _ECCENTRICITY * atanh(_ECCENTRICITY * sin(latitude)))
    xi, eta = atan2(conformal, cos(away)), atanh(sin(away) / sqrt(1 + conformal**2))
    north, east = xi, eta
    for at, share in enumerate(_FORWARD, start=1):
        north += share * sin(2 * at * xi) * cosh(2 * at * eta)
        east += share * cos(2 * at * xi) * sinh(2 * at * eta)
    return _RECTIFYING * north, _RECTIFYING * east + FALSE_EAST


def from_grid(x: float, y: float, meridian: float | None = None) -> Degrees:
    """The point of X (north) and Y (east); a Y above a million has the zone's number in front, which names *meridian*.

    Raises Refused where X and Y are swapped, or where neither a zone's number nor a meridian is given.
    """
    if x > 10_000_000 or (y > ZONE and not 24 <= y // ZONE <= 45):
        raise Refused(_("X and Y seem to be swapped: X points north and has seven digits."))
    if y > ZONE:
        meridian, y = 3 * (y // ZONE), y % ZONE
    if meridian is None:
        raise Refused(_("Y has no zone's number in front: say the central meridian, for example 126."))
    if not 72 <= meridian <= 138:
        raise Refused(_("This central meridian isn't one of China's: it is between 75 and 135."))
    if not (x > 300_000 and 0 < y < ZONE):
        raise Refused(_("X and Y seem to be swapped: X points north and has seven digits."))
    xi, eta = x / _RECTIFYING, (y - FALSE_EAST) / _RECTIFYING
    north, east = xi, eta
    for at, share in enumerate(_BACK, start=1):
        north -= share * sin(2 * at * xi) * cosh(2 * at * eta)
        east -= share * cos(2 * at * xi) * sinh(2 * at * eta)
    conformal = tangent = sin(north) / hypot(sinh(east), cos(north))
    for _round in range(4):  # Newton's; the second is already below a millimetre
        root = sqrt(1 + tangent**2)
        sigma = sinh(_ECCENTRICITY * atanh(_ECCENTRICITY * tangent / root))
        found = tangent * sqrt(1 + sigma**2) - sigma * root
        slope = (1 + (1 - _ECCENTRICITY**2) * tangent**2) / ((1 - _ECCENTRICITY**2) * root)
        tangent += (conformal - found) / sqrt(1 + found**2) * slope
    return Degrees(meridian + degrees(atan2(sinh(east), cos(north))), degrees(atan2(tangent, 1)))


# Distances and the picture ------------------------------------------------------------------------------------------


def metres(one: Degrees, other: Degrees) -> float:
    """How far apart two places are, over the ground."""
    half = sin(radians(other.latitude - one.latitude) / 2) ** 2
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    half += cos(radians(one.latitude)) * cos(radians(other.latitude)) * across
    return 2 * RADIUS * atan2(sqrt(half), sqrt(1 - half))


def mercator(point: Degrees) -> tuple[float, float]:
    """Where it stands on the square that the tiles of a map divide: across and down, each from 0 to 1."""
    return point.longitude / 360 + 0.5, 0.5 - atanh(sin(radians(point.latitude))) / (2 * pi)


def from_mercator(across: float, down: float) -> Degrees:
    return Degrees((across - 0.5) * 360, degrees(atan2(sinh((0.5 - down) * 2 * pi), 1)))
