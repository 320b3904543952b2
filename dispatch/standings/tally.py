"""What is counted of a unit, or of whatever else projects are gathered by, and a rate of it as it is shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.amounts.figures import grouped, points, rounded
from core.days.periods import Period
from core.indicators import MEASURES, GapAs, Indicator, MeasureKey, Quotient, gap, pace, shown_gap, text


@dataclass(frozen=True)
class Tally:
    """What one grouped query says about a unit: projects with a plan, their total investment, works of all projects in
    the year so far, a quotient per key."""

    projects: int = 0
    total_investment: int = 0
    done: int = 0
    every: tuple[int, int] = (0, 0)  # all projects, planned or not, and their total investment
    quotients: Mapping[str, Quotient] = field(default_factory=dict)
    packed: tuple[int, ...] = ()  # of those projects that are sub-projects, the package of each
    every_packed: tuple[int, ...] = ()

    @property
    def as_one(self) -> int:
        """How many the projects are with a package as one."""
        return self.projects - len(self.packed) + len({*self.packed})

    @property
    def anything(self) -> bool:
        return bool(self.projects or self.done) or any(any(quotient) for quotient in self.quotients.values())

    def __add__(self, other: Tally) -> Tally:
        keys = {**self.quotients, **other.quotients}
        return Tally(
            self.projects + other.projects,
            self.total_investment + other.total_investment,
            self.done + other.done,
            (self.every[0] + other.every[0], self.every[1] + other.every[1]),
            {key: self.quotients.get(key, Quotient()) + other.quotients.get(key, Quotient()) for key in keys},
            self.packed + other.packed,
            self.every_packed + other.every_packed,
        )


@dataclass(frozen=True)
class Figure:
    """One rate of one unit: the quotient, the exact value in percent, and as it is displayed."""

    numerator: int
    denominator: int
    display: Decimal | None = None
    pace: Fraction | None = None  # in percent, for an indicator that has one
    gap: Fraction | None = None  # percentage points, exact
    points: Decimal | None = None  # the same as it is printed
    measured_in: MeasureKey = "percent"

    @property
    def value(self) -> Fraction | None:
        return MEASURES[self.measured_in].value(self.numerator, self.denominator)

    @property
    def places(self) -> int:
        """The decimals that the county displays rates with."""
        return -int(self.display.as_tuple().exponent) if self.display is not None else 1

    @property
    def shown(self) -> str:
        """The rate as it is ranked by and printed, without its unit."""
        return grouped(self.display, self.places)

    @property
    def said(self) -> str:
        """The same with it: 78.9%, 37.5 days."""
        return self.shown if self.display is None else MEASURES[self.measured_in].said(self.shown)

    @property
    def listed(self) -> str:
        """As it stands in a list: percent is said over the column, another unit beside each figure."""
        return self.shown if self.measured_in == "percent" else self.said

    @property
    def gap_shown(self) -> str:
        return points(self.points, self.places)

    @property
    def gap_size(self) -> str:
        """The distance from the pace without its sign."""
        return grouped(None if self.points is None else abs(self.points), self.places)

    @classmethod
    def of(cls, indicator: Indicator, quotient: Quotient, period: Period, places: int, how: GapAs) -> Figure:
        value = indicator.measure.value(*quotient)
        shown = None if value is None else rounded(value, places)
        if not indicator.paced:
            return cls(*quotient, shown, measured_in=indicator.measured_in)
        return cls(*quotient, shown, pace(period), gap(value, period), shown_gap(value, period, places, how))

    def as_json(self) -> dict[str, Any]:
        """Amounts in whole yuan, rates as decimal strings in their measure (percent, days) with eight places."""
        found: dict[str, Any] = {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": text(self.value),
        }
        if self.pace is not None:
            found |= {"pace": text(self.pace), "gap": text(self.gap)}
        return found


NOTHING, NO_TASK = Tally(), Quotient()
