"""How ranks moved over the months of a year (名次变化): counted in one query, drawn as lines. Reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from dispatch.standings.published import published_of
from dispatch.standings.ranking import Ranking, ranks_by_month
from organization.profiles.rules import Rules
from organization.units.models import Unit

MONTHS = 6  # no more: each is a pass over all projects
LINE = 26  # pixels between two ranks
NAME = 17  # between two names of one rank


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    said: str


@dataclass(frozen=True)
class Trail:
    """One unit's line; a month without a rank is a gap."""

    unit_id: int
    name: str
    pieces: tuple[str, ...]  # points of polylines
    dots: tuple[Dot, ...]
    end: float | None
    on: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    right: float
    months: tuple[tuple[float, str], ...]
    ranks: tuple[tuple[float, int], ...]
    trails: tuple[Trail, ...]

    @property
    def view(self) -> str:
        return f"0 0 {self.width} {self.height}"


@dataclass(frozen=True)
class Trend:
    """The drawing for a screen, one for a phone, and the same as a table."""

    wide: Drawing
    narrow: Drawing
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    published: tuple[str, ...]  # months whose ranks are those that were published


def months_of(period: Period) -> list[Period]:
    """The months up to *period* within its year, at most the last six."""
    last = Period.of(period.last)
    return [Period.month(last.year, n) for n in range(max(1, last.number - MONTHS + 1), last.number + 1)]


def trend_of(county: Unit, ranking: Ranking, rules: Rules, unit: int = 0) -> Trend | None:
    """Ranks of *ranking*'s group by month: as published where published, else counted now. None without two months."""
    months = months_of(ranking.period)
    if len(months) < 2 or not ranking.ranked:
        return None
    told = published_of(county, months)
    known = {month: ranks for month, one in told.items() if (ranks := one.ranks(ranking.key, ranking.order_by))}
    counted = [month for month in months if str(month) not in known]
    found = known | ranks_by_month(county, counted, ranking.key, rules, ranking.order_by)
    series = [
        (row.unit_id, row.name, [found[str(month)].get(row.unit_id) for month in months]) for row in ranking.busy
    ]
    if sum(bool(ranks) for ranks in found.values()) < 2:
        return None
    names = [figures.month(month.first, month.last) for month in months]
    return Trend(
        draw(names, series, unit, 816),
        draw(names, series, unit, 358),
        (_("Unit"), *names),
        tuple((name, *(str(rank or "—") for rank in places)) for _pk, name, places in series),
        tuple(name for month, name in zip(months, names, strict=True) if str(month) in known),
    )


def draw(months: Sequence[str], series: Sequence[tuple[int, str, list[int | None]]], unit: int, width: int) -> Drawing:
    """Lines from left to right, rank 1 at the top; the line of *unit* stands out."""
    last = max((rank for _pk, _name, places in series for rank in places if rank), default=1)
    left, right, top = 28.0, width - 108.0, 14.0
    step = (right - left) / max(1, len(months) - 1)

    def at(month: int, rank: int) -> tuple[float, float]:
        return round(left + step * month, 1), round(top + LINE * (rank - 1), 1)

    trails = []
    ends: set[float] = set()
    for pk, name, places in series:
        points = [at(n, rank) if rank else None for n, rank in enumerate(places)]
        dots = tuple(
            Dot(*point, _("%(unit)s, %(month)s: rank %(rank)s") % {"unit": name, "month": month, "rank": rank})
            for point, month, rank in zip(points, months, places, strict=True)
            if point
        )
        end = points[-1][1] if points[-1] else None
        while end in ends:  # equal ranks: one name below the other
            end = (end or 0) + NAME
        if end is not None:
            ends.add(end)
        trails.append(Trail(pk, name, _pieces(points), dots, end, pk == unit))
    trails.sort(key=lambda trail: trail.on)  # drawn last, on top
    height = int(max([top + LINE * (last - 1), *ends]) + 40)
    return Drawing(
        width,
        height,
        right,
        tuple((at(n, 1)[0], name) for n, name in enumerate(months)),
        tuple((at(0, rank)[1], rank) for rank in range(1, last + 1)),
        tuple(trails),
    )


def _pieces(points: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{point[0]},{point[1]}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)
