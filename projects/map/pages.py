"""What the map shows: the projects of a list at their places, who has none, the legend. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from core.geo.outlines import Ring, inside
from core.geo.systems import Degrees, System, metres, read
from core.lists.listing import Listing
from core.refusals import Refused
from organization.units.models import Unit
from projects import lights
from projects.choices import Stage
from projects.map.drawing import DEEPEST, Frame, Mark, Spot, Tile, framed, line, marks, tiles
from projects.map.models import Outline, Place
from projects.registry.models import Project
from projects.registry.months.counts import Both, of_packages

WIDE, NARROW = (1120, 640), (358, 420)
PICK_WIDE, PICK_NARROW = (720, 480), (326, 380)


@dataclass(frozen=True)
class Row:
    """One project of the table beside the map."""

    pk: int
    name: str
    stage: str
    colour: str
    light: str
    at: Degrees | None
    outside: bool
    package: int | None = None  # that it is a part of

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)

    @property
    def said(self) -> str:
        return f"{self.at.longitude:.5f}, {self.at.latitude:.5f}" if self.at else ""


@dataclass(frozen=True)
class Shown:
    """A mark as it is drawn: where it leads, what it says."""

    mark: Mark
    href: str
    name: str


@dataclass(frozen=True)
class Drawing:
    frame: Frame
    outline: str
    tiles: list[Tile]
    marks: list[Shown]
    picked: tuple[float, float] | None = None


@dataclass(frozen=True)
class Line:
    """A line of the legend: how many projects, and the map of those alone."""

    sign: str
    colour: str
    label: str
    count: int
    one: int  # with a package as one
    href: str
    on: bool

    @property
    def both(self) -> str:
        return Both(self.count, self.one).said


@dataclass(frozen=True)
class MapPage:
    wide: Drawing
    narrow: Drawing
    rows: list[Row]
    placed: int
    missing: list[Row]
    outside: int
    stages: list[Line]
    lights: list[Line]
    near: str
    far: str
    whole: str
    both: str  # how many the rows are with a package as one, in words


def rings_of(county: Unit) -> tuple[Ring, ...]:
    """The county's outline as it is drawn now; none if none was given."""
    found = Outline.objects.filter(county=county).first()
    return tuple(tuple(Degrees(*point) for point in ring) for ring in found.rings) if found else ()


def middle(text: str | None) -> Degrees | None:
    """The place that an address names as “126.04,42.68”."""
    try:
        longitude, latitude = (text or "").split(",")
        return read(System.CGCS2000, float(longitude), float(latitude))
    except (ValueError, Refused):
        return None


def of_list(listing: Listing, *, zoom: int, at: Degrees | None) -> MapPage:
    """The projects of *listing*, with the stage and the light of its month, at the places that they have now."""
    fields = ("project", "project__name", "project__longitude", "project__latitude", "stage", "light", "package")
    rings = rings_of(listing.county)
    rows = [_row(*each, rings=rings) for each in listing.found("light").order_by(*listing.order).values_list(*fields)]
    placed = [row for row in rows if row.at]
    spots = [_spot(row, row.at) for row in placed if row.at]
    corners = [point for ring in rings for point in ring] or [spot.at for spot in spots]
    here = {"zoom": str(zoom) if zoom else None, "at": said(at)}

    def draw(size: tuple[int, int]) -> Drawing:
        frame = framed(corners, *size, zoom, at)
        shown = [_shown(mark, listing, zoom) for mark in marks(spots, frame)]
        return drawing(frame, rings, shown)

    def nearer(step: int) -> str:
        to = min(max(zoom + step, 0), DEEPEST)
        if to == zoom:
            return ""
        return address(listing, zoom=str(to) if to else None, at=said(at) if to else None)

    by_stage = {code: of_packages(row.package for row in placed if row.stage == code) for code in Stage.values}
    by_colour = {code: of_packages(row.package for row in placed if row.colour == code) for code in lights.COLOURS}
    return MapPage(
        draw(WIDE),
        draw(NARROW),
        rows,
        len(placed),
        [row for row in rows if not row.at],
        sum(row.outside for row in rows),
        [
            Line(
                sign(code),
                "",
                str(label),
                *by_stage[code],
                _toggled(listing, "stage", code, here),
                _on(listing, "stage", code),
            )
            for code, label in Stage.choices
            if by_stage[code].each or _on(listing, "stage", code)
        ],
        [
            Line(
                "",
                colour,
                str(label),
                *by_colour[colour],
                _toggled(listing, "light", colour, here),
                _on(listing, "light", colour),
            )
            for colour, label in lights.COLOURS.items()
            if by_colour[colour].each or _on(listing, "light", colour)
        ],
        nearer(1),
        nearer(-1),
        address(listing) if zoom or at else "",
        of_packages(row.package for row in rows).said,
    )


def address(listing: Listing, **also: str | None) -> str:
    """The map of this list."""
    return reverse("projects:map") + listing.address(**also)


def said(at: Degrees | None) -> str | None:
    return f"{at.longitude:.5f},{at.latitude:.5f}" if at else None


def query(zoom: int, at: Degrees | None, here: Degrees | None = None) -> str:
    """The query string of a picture or a page that is looked at so."""
    told = {"zoom": str(zoom) if zoom else None, "at": said(at), "here": said(here)}
    return f"?{urlencode({name: value for name, value in told.items() if value})}"


def drawing(frame: Frame, rings: Sequence[Ring], shown: list[Shown], picked: Degrees | None = None) -> Drawing:
    beneath = tiles(frame, settings.MAP_TILES, settings.MAP_TILES_SYSTEM)
    return Drawing(frame, line(rings, frame), beneath, shown, frame.pixel(picked) if picked else None)


def sign(stage: str) -> str:
    """The one character by which a stage stands on a mark."""
    return (
        str(Stage(stage).label)[0]
        if (get_language() or "").startswith("zh")
        else str(list(Stage).index(Stage(stage)) + 1)
    )


def _row(
    pk: int,
    name: str,
    longitude: Decimal | None,
    latitude: Decimal | None,
    stage: str,
    light: str,
    package: int | None,
    *,
    rings: Sequence[Ring],
) -> Row:
    at = Degrees(float(longitude), float(latitude)) if longitude is not None and latitude is not None else None
    found = lights.BY_CODE[light]
    outside = bool(at and rings and not inside(rings, at))
    return Row(pk, name, stage, found.colour, str(found.label), at, outside, package)


def _spot(row: Row, at: Degrees) -> Spot:
    label = str(Stage(row.stage).label)
    return Spot(at, row.name, reverse("projects:page", args=[row.pk]), sign(row.stage), label, row.colour, row.light)


def _shown(mark: Mark, listing: Listing, zoom: int) -> Shown:
    """One project opens; several come nearer, and at the nearest are a list."""
    if len(mark.spots) == 1:
        spot = mark.spots[0]
        return Shown(mark, spot.href, f"{spot.name}，{spot.stage}，{spot.light}")
    names = "；".join(spot.name for spot in mark.spots[:8])
    if zoom < DEEPEST and max(metres(mark.spots[0].at, spot.at) for spot in mark.spots) > 2:
        return Shown(mark, address(listing, zoom=str(zoom + 1), at=said(mark.middle)), names)
    pks = [spot.href.rstrip("/").rpartition("/")[2] for spot in mark.spots]
    return Shown(mark, f"{reverse('projects:list')}?{urlencode([('pk', pk) for pk in pks])}", names)


def _on(listing: Listing, key: str, value: str) -> bool:
    return value in listing.values.get(key, [])


def _toggled(listing: Listing, key: str, value: str, here: dict[str, str | None]) -> str:
    values = listing.values.get(key, [])
    left = [one for one in values if one != value] if value in values else [*values, value]
    return address(listing, **{key: left or None}, **here)  # type: ignore[arg-type]  # a filter has several


@dataclass(frozen=True)
class Picking:
    """The picture on which a place is picked, for a screen and for a phone."""

    frames: dict[str, Frame]

    def point(self, name: str, x: int, y: int) -> Degrees:
        return self.frames[name].point(x, y)


def picking(project: Project, *, zoom: int, at: Degrees | None) -> Picking:
    """Around the county's outline, else around the places of its projects, else around China's middle."""
    rings = rings_of(project.county)
    corners = [point for ring in rings for point in ring] or [point for point, _name in neighbours(project)]
    sizes = {"wide": PICK_WIDE, "narrow": PICK_NARROW}
    return Picking({name: framed(corners, *size, zoom, at) for name, size in sizes.items()})


def neighbours(project: Project) -> list[tuple[Degrees, str]]:
    """Where the county's other projects lie, as far as they have a place."""
    others = Project.objects.filter(county=project.county, longitude__isnull=False, latitude__isnull=False)
    found = others.active().exclude(pk=project.pk).values_list("longitude", "latitude", "name")
    return [(Degrees(float(east), float(north)), name) for east, north, name in found if east and north]


def given(project: Project) -> Place | None:
    """The numbers as they were given, as long as the project still lies there."""
    found = Place.objects.filter(project=project).first()
    if found is None or project.longitude is None or project.latitude is None:
        return None
    meridian = None if found.meridian is None else float(found.meridian)
    try:
        point = read(found.system, float(found.first), float(found.second), meridian)
    except Refused:
        return None
    here = Degrees(float(project.longitude), float(project.latitude))
    return found if metres(point, here) < 1 else None
