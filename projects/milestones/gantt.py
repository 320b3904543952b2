"""The schedule of one project as geometry: days in, places of marks out. Pure; the template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days import workdays
from core.days.office import Days
from projects.milestones.rules import State

LEFT, WIDTH, ROW, HEAD = 252.0, 1120.0, 26.0, 30.0
LONG = 17  # characters of a name on the drawing
MONTHS = 16  # with more of them, only quarters are named


@dataclass(frozen=True)
class Line:
    """A milestone to draw."""

    pk: int
    name: str
    lane: str
    start: date
    planned: date
    forecast: date | None
    actual: date | None
    state: State
    said: str


@dataclass(frozen=True)
class Bar:
    """A milestone as it is drawn, around the middle of its row."""

    pk: int
    name: str
    short: str
    middle: float
    start: float
    planned: float
    forecast: float | None
    actual: float | None
    state: State
    said: str
    day: date
    words: str
    at: int  # days since the first of the drawing

    @property
    def width(self) -> float:
        return round(max(self.planned - self.start, 1), 1)

    @property
    def top(self) -> float:
        return self.middle - 5

    @property
    def text(self) -> float:
        return self.middle + 4

    @property
    def diamond(self) -> str:
        """The mark of the planned day, around (0, 0)."""
        return "M0-8 8 0 0 8-8 0Z"


@dataclass(frozen=True)
class Lane:
    label: str
    top: float
    text: float


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Scale:
    """Days across a drawing."""

    first: date
    last: date
    left: float = LEFT
    right: float = WIDTH - 16

    @property
    def per_day(self) -> float:
        return round((self.right - self.left) / max((self.last - self.first).days, 1), 4)

    def x(self, day: date) -> float:
        return round(self.left + (day - self.first).days * self.per_day, 1)

    def ticks(self) -> list[Tick]:
        """The first days of months, or of quarters where there are many; January has its year."""
        found: list[Tick] = []
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        each = 1 if months <= MONTHS else 3 if months <= 3 * MONTHS else 12
        year, month = self.first.year, self.first.month
        while (day := date(year, month, 1)) <= self.last:
            if day >= self.first and (month - 1) % each == 0:
                named = not found or month == 1
                words = _("%(month)s %(year)s") if named else "%(month)s"
                found.append(Tick(self.x(day), words % {"month": figures.axis_month(month), "year": year}))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return found


@dataclass(frozen=True)
class Gantt:
    scale: Scale
    height: float
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: float | None
    target: float | None
    rest: str  # rest days, as numbers of days since the first

    @property
    def view(self) -> str:
        return f"0 0 {WIDTH:.0f} {self.height:.0f}"

    @property
    def width(self) -> float:
        return WIDTH


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The last day of the month after that of *day*."""
    later = (day.replace(day=1) + timedelta(days=70)).replace(day=1)
    return later - timedelta(days=1)


def scale_of(days: Sequence[date]) -> Scale:
    return Scale(min(days).replace(day=1), month_after(max(days)))


def short(name: str) -> str:
    return name if len(name) <= LONG else f"{name[: LONG - 1]}…"


def draw(lines: Sequence[Line], *, on: date, target: date | None, days: Days) -> Gantt:
    """*lines* under their lanes, from the month of the first day to the month behind the last one."""
    known = [day for line in lines for day in (line.start, line.planned, line.forecast, line.actual) if day]
    scale = scale_of([*known, on, *([target] if target else [])])
    lanes, bars, y, lane = [], [], HEAD, None
    for line in lines:
        if line.lane != lane:
            lane = line.lane
            lanes.append(Lane(lane, y, y + 17))
            y += ROW
        bars.append(_bar(line, y + ROW / 2, scale, on))
        y += ROW
    span = range((scale.last - scale.first).days + 1)
    rest = [n for n in span if not workdays.is_workday(scale.first + timedelta(days=n), days)]
    return Gantt(
        scale, y + 8, tuple(lanes), tuple(bars), tuple(scale.ticks()), scale.x(on),
        scale.x(target) if target else None, ",".join(map(str, rest)),
    )  # fmt: skip


def _bar(line: Line, middle: float, scale: Scale, on: date) -> Bar:
    return Bar(
        pk=line.pk,
        name=line.name,
        short=short(line.name),
        middle=middle,
        start=scale.x(line.start),
        planned=scale.x(line.planned),
        forecast=scale.x(line.forecast) if line.forecast else None,
        actual=scale.x(line.actual) if line.actual else None,
        state=line.state,
        said=line.said,
        day=line.planned,
        words=figures.day(line.planned, on),
        at=(line.planned - scale.first).days,
    )
