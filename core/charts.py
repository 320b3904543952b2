"""Charts as geometry: figures in, places of marks out. Pure; templates/cotton/chart_*.html draw them as SVG.

Axis from zero, at most two series and a reference line, labels on the line. Amounts are in yuan and shown
in 万元.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from core.amounts import figures
from core.amounts.grammar import WAN

Amount = int | Fraction


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """One mark: its box, what it says, and where it leads."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    href: str = ""
    on: bool = True
    pace: float | None = None
    middle: float = 0  # where its text stands: across for columns, down for lines of a bar chart

    @property
    def name(self) -> str:
        return f"{self.label} {self.value}"


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    title: str
    bars: tuple[Bar, ...]
    left: float
    right: float
    bottom: float
    unit: str = ""
    ticks: tuple[Tick, ...] = ()  # of the amounts' axis
    names: tuple[Tick, ...] = ()  # of the other axis
    plan: str = ""  # points of a polyline
    pace: str = ""
    plan_end: Tick | None = None
    pace_end: Tick | None = None
    last: Bar | None = None
    narrow: Chart | None = None  # the same for a phone: a scaled drawing would have letters of 5 pixels
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def view(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def axis_at(self) -> float:
        return self.left - 8

    @property
    def last_at(self) -> float:
        """Where the words of the last bar stand, so that they stay on the drawing."""
        return self.last.y - 8 if self.last else 0


def steps(top: Amount, count: int = 3) -> list[int]:
    """Round values from 0 to at least *top*: 0, 5000, 10000, 15000."""
    if top <= 0:
        return [0, 1]
    size = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * size
            if step * count >= top:
                return [step * n for n in range(int(-(-top // step)) + 1)]
        size *= 10


def year_line(
    *,
    title: str,
    plan: Sequence[int | None] = (),
    done: Sequence[int | None] = (),
    target: int | None = None,
    hrefs: Sequence[str] = (),
    width: int = 816,
    height: int = 280,
    narrow: int | None = 358,
) -> Chart:
    """Twelve months: bars for what is done (year to date), a line for the plan, a dashed one for the
    linear pace.

    *plan* and *done* are yuan to date for each month, None where nothing is known yet; *target* is the
    year's plan.
    """
    highest = max([0, target or 0, *(v for v in (*plan, *done) if v is not None)])
    scale = steps(Fraction(highest, WAN))
    left, right, top, bottom = 56.0, width - (92.0 if width > 600 else 0.0), 28.0, height - 28.0
    slot = (right - left) / 12
    half = min(9.0, slot / 3)

    def at_y(yuan: Amount) -> float:
        return round(float(bottom - (bottom - top) * float(Fraction(yuan, WAN * scale[-1]))), 1)

    def at_x(month: int) -> float:
        return round(left + slot * (month + 0.5), 1)

    names = tuple(figures.axis_month(n) for n in range(1, 13))
    bars = tuple(
        Bar(
            x=round(at_x(n) - half, 1),
            y=at_y(max(value, 0)),
            width=2 * half,
            height=round(bottom - at_y(max(value, 0)), 1),
            label=names[n],
            value=figures.wan(value),
            href=hrefs[n] if n < len(hrefs) else "",
            middle=at_x(n),
        )
        for n, value in enumerate(done[:12])
        if value is not None
    )
    planned = [(n, value) for n, value in enumerate(plan[:12]) if value is not None]
    ends: list[float] = []

    def end(value: int, words: str) -> Tick:
        """The words at a line's end, below those that stand there already."""
        place = at_y(value) + 4
        while any(abs(place - other) < 16 for other in ends):
            place += 16
        ends.append(place)
        return Tick(place, words)

    return Chart(
        width=width,
        height=height,
        title=title,
        bars=bars,
        left=left,
        right=right,
        bottom=bottom,
        unit=_("10k yuan"),
        ticks=tuple(Tick(at_y(value * WAN), figures.grouped(value)) for value in scale),
        names=tuple(Tick(at_x(n), name) for n, name in enumerate(names) if slot > 30 or n % 2),
        plan=" ".join(f"{at_x(n)},{at_y(value)}" for n, value in planned),
        plan_end=end(planned[-1][1], _("plan %(n)s") % {"n": figures.wan(planned[-1][1])}) if planned else None,
        pace=f"{at_x(0)},{at_y(Fraction(target, 12))} {at_x(11)},{at_y(target)}" if target else "",
        pace_end=end(target, _("pace")) if target else None,
        last=bars[-1] if bars else None,
        narrow=year_line(
            title=title,
            plan=plan,
            done=done,
            target=target,
            hrefs=hrefs,
            width=narrow,
            height=220,
            narrow=None,
        )
        if narrow
        else None,
        head=(_("Month"), _("Planned to date"), _("Done to date")),
        rows=tuple(
            (
                names[n],
                figures.wan(plan[n]) if n < len(plan) else figures.NONE,
                figures.wan(done[n]) if n < len(done) else figures.NONE,
            )
            for n in range(12)
        ),
    )


@dataclass(frozen=True)
class Item:
    """One line of a bar chart. *value* and *pace* in percent or any one unit; None is “—”."""

    label: str
    value: Amount | None
    text: str = ""
    href: str = ""
    pace: Amount | None = None
    on: bool = True


def bars(items: Sequence[Item], *, title: str, unit: str = "%", most: Amount | None = None) -> Chart:
    """Horizontal bars, one a line, with a tick for the pace: names are Chinese and there are more than five.

    Places across are in percent of the drawing, so that the letters keep their size at every width.
    """
    line, start, room = 28, 42.0, 44.0
    highest = most or max([Fraction(1), *(Fraction(i.value) for i in items if i.value is not None)])

    def across(value: Amount) -> float:
        return round(room * min(1.0, max(0.0, float(Fraction(value) / Fraction(highest)))), 2)

    drawn = tuple(
        Bar(
            x=start,
            y=n * line + 8,
            width=across(item.value) if item.value is not None else 0,
            height=12,
            label=item.label,
            value=item.text or figures.rate(item.value),
            href=item.href,
            on=item.on,
            pace=start + across(item.pace) if item.pace is not None else None,
            middle=n * line + 18,
        )
        for n, item in enumerate(items)
    )
    return Chart(
        width=100,
        height=max(line, len(items) * line),
        title=title,
        bars=drawn,
        left=start,
        right=start + room,
        bottom=len(items) * line,
        unit=unit,
        head=("", unit),
        rows=tuple((bar.label, bar.value) for bar in drawn),
    )
