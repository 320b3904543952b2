"""A map as geometry: places in, marks and lines of a drawing out. Pure.

The drawing is Mercator's, so that the tiles of any map fit beneath it. A mark is 20 pixels wide; marks that would lie
on each other are one, with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log2

from core.geo.outlines import Ring
from core.geo.systems import Degrees, System, from_mercator, mercator, to_gcj02

DEEPEST = 7  # how often one can come closer by two
MARK, MARGIN = 22, 0.06  # pixels; share of a side
TILE, FINEST = 256, 18
WORST = {"red": 0, "amber": 1, "green": 2, "grey": 3, "stop": 3}


@dataclass(frozen=True)
class Frame:
    """Which part of the world stands on *width* × *height* pixels; `scale` is pixels of the whole world's width."""

    width: int
    height: int
    across: float  # of the middle, from 0 to 1
    down: float
    scale: float

    def pixel(self, point: Degrees) -> tuple[float, float]:
        across, down = mercator(point)
        return (
            round((across - self.across) * self.scale + self.width / 2, 1),
            round((down - self.down) * self.scale + self.height / 2, 1),
        )

    def point(self, x: float, y: float) -> Degrees:
        return from_mercator(
            (x - self.width / 2) / self.scale + self.across, (y - self.height / 2) / self.scale + self.down
        )

    @property
    def view(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def exact(self) -> tuple[str, str, str]:
        """Middle and scale as a script reads them."""
        return repr(self.across), repr(self.down), repr(self.scale)

    def holds(self, x: float, y: float) -> bool:
        return -MARK < x < self.width + MARK and -MARK < y < self.height + MARK


def framed(points: Iterable[Degrees], width: int, height: int, zoom: int = 0, at: Degrees | None = None) -> Frame:
    """All of *points* with a margin; *zoom* times as near by two around *at*, the middle of all if it isn't said."""
    places = [mercator(point) for point in points] or [mercator(Degrees(105, 35))]
    left, right = min(x for x, _y in places), max(x for x, _y in places)
    top, bottom = min(y for _x, y in places), max(y for _x, y in places)
    room = 1 - 2 * MARGIN
    wide, high = max(right - left, 2e-5), max(bottom - top, 2e-5)  # two places at least some hundred metres apart
    scale = min(width * room / wide, height * room / high)
    across, down = mercator(at) if at else ((left + right) / 2, (top + bottom) / 2)
    return Frame(width, height, across, down, scale * 2**zoom)


def line(rings: Sequence[Ring], frame: Frame) -> str:
    """The rings as the path of a drawing."""
    parts = []
    for ring in rings:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.pixel, ring[:-1]))
        parts.append(f"M{points}Z")
    return "".join(parts)


@dataclass(frozen=True)
class Spot:
    """A project to be marked."""

    at: Degrees
    name: str
    href: str
    sign: str  # one character
    stage: str
    colour: str
    light: str


@dataclass
class Mark:
    """One mark on the drawing: a project, or several that lie too near each other."""

    x: float
    y: float
    spots: list[Spot] = field(default_factory=list)

    @property
    def worst(self) -> Spot:
        return min(self.spots, key=lambda spot: WORST[spot.colour])

    @property
    def sign(self) -> str:
        return self.spots[0].sign if len(self.spots) == 1 else str(len(self.spots))

    @property
    def middle(self) -> Degrees:
        several = len(self.spots)
        return Degrees(sum(s.at[0] for s in self.spots) / several, sum(s.at[1] for s in self.spots) / several)


def marks(spots: Iterable[Spot], frame: Frame) -> list[Mark]:
    """The marks within the frame; the worst light last, so that nothing lies on it."""
    found: list[Mark] = []
    near: dict[tuple[int, int], list[Mark]] = {}
    for spot in sorted(spots, key=lambda spot: (WORST[spot.colour], spot.at, spot.href)):
        x, y = frame.pixel(spot.at)
        if not frame.holds(x, y):
            continue
        cell = int(x // MARK), int(y // MARK)
        beside = (m for i in (-1, 0, 1) for j in (-1, 0, 1) for m in near.get((cell[0] + i, cell[1] + j), ()))
        mark = next((m for m in beside if (m.x - x) ** 2 + (m.y - y) ** 2 < MARK**2), None)
        if mark is None:
            mark = Mark(x, y)
            found.append(mark)
            near.setdefault(cell, []).append(mark)
        mark.spots.append(spot)
    return found[::-1]


@dataclass(frozen=True)
class Tile:
    href: str
    x: float
    y: float
    size: float


def tiles(frame: Frame, address: str, system: str = System.CGCS2000) -> list[Tile]:
    """The pictures of a map beneath the drawing, by an address with {z}, {x}, {y}. One in GCJ-02 is moved back by what
    its middle is shifted: within a county that differs by a metre or two."""
    if not address:
        return []
    z = min(max(round(log2(frame.scale / TILE)), 1), FINEST)
    size, number = frame.scale / 2**z, 2**z
    across, down = frame.across, frame.down
    if system == System.GCJ02:
        across, down = mercator(to_gcj02(from_mercator(across, down)))
    left, top = across - frame.width / 2 / frame.scale, down - frame.height / 2 / frame.scale
    columns = range(floor(left * number), ceil((left + frame.width / frame.scale) * number))
    rows = range(floor(top * number), ceil((top + frame.height / frame.scale) * number))
    return [
        Tile(
            address.format(z=z, x=x, y=y),
            round((x / number - left) * frame.scale, 1),
            round((y / number - top) * frame.scale, 1),
            round(size + 0.5, 1),
        )
        for x in columns
        for y in rows
        if 0 <= x < number and 0 <= y < number
    ]
