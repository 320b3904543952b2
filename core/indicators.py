"""Rates that units are compared by. One object serves pages, rankings, bulletins and drill-down.

A rate is a sum over a sum, in percent or in what its measure says (days on average), exact (`Fraction`) until shown;
rounding is half up, once, at the very end. Differences from the pace are percentage points of the unrounded values.
No task (nothing in the denominator) is None, never 0. Pure but for the querysets that `measured` and `totals` build.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import lcm
from typing import Any, Literal, NamedTuple

from django.db.models import BigIntegerField, Case, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.query_utils import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.amounts.figures import rounded
from core.collect import gather
from core.days.periods import Period

Adds = Callable[[Period], Combinable]
ZERO = Value(0, BigIntegerField())
Ties = Literal["competition", "dense", "strict"]


class Quotient(NamedTuple):
    """What was done over what was to be done: yuan or counts."""

    numerator: int = 0
    denominator: int = 0

    @property
    def value(self) -> Fraction | None:
        """In percent, exact; None without a task."""
        return percent(self.numerator, self.denominator)

    def __add__(self, other: object) -> Quotient:
        if not isinstance(other, Quotient):
            return NotImplemented
        return Quotient(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True)
class Measure:
    """What a rate is reckoned in: so many times its quotient; the word behind its figure and over a column of them, on
    pages and, as `sign`, in papers. `parts` is said under a figure, of its two sums."""

    times: int
    sign: str
    word: Any
    parts: Any

    def value(self, numerator: int | Decimal | Fraction, denominator: int | Decimal | Fraction) -> Fraction | None:
        """Exact; None without a task."""
        found = percent(numerator, denominator)
        return found if found is None or self.times == 100 else found * self.times / 100

    def said(self, shown: str) -> str:
        """*shown* with its unit: 37.5 天."""
        return f"{shown}%" if self.sign == "%" else f"{shown} {self.word}"


MEASURES = {
    "percent": Measure(100, "%", "%", _("done of due")),
    "days": Measure(1, "天", pgettext_lazy("measure", "days"), _("days, of so many projects")),
}
MeasureKey = Literal["percent", "days"]


@dataclass(frozen=True)
class Indicator:
    """A rate over a scope of records and a period.

    `numerator` and `denominator` say what one record adds (yuan, or 1 for a count; null adds nothing).
    `direction` is 1 where more is better. A unit with nothing in the denominator has no task: protected,
    shown and not ranked. `rule` is the definition in words, as it stands on pages and in bulletins.
    """

    key: str
    label: Any
    unit: Literal["yuan", "count"]
    rule: Any
    numerator: Adds
    denominator: Adds
    measured_in: MeasureKey = "percent"
    paced: bool = False  # compared with the time-proportional pace of the year
    direction: Literal[1, -1] = 1

    @property
    def measure(self) -> Measure:
        return MEASURES[self.measured_in]

    def adds(self, period: Period) -> dict[str, Any]:
        """What one record adds, as annotations `<key>_n` and `<key>_d`."""
        return {
            f"{self.key}_n": Coalesce(self.numerator(period), ZERO),
            f"{self.key}_d": Coalesce(self.denominator(period), ZERO),
        }

    def measured(self, records: QuerySet[Any], period: Period) -> QuerySet[Any]:
        """*records* with what each adds, as `<key>_n` and `<key>_d`, without those that add nothing."""
        found: QuerySet[Any] = records.annotate(**self.adds(period))
        return found.exclude(**{f"{self.key}_n": 0, f"{self.key}_d": 0})


@cache
def declared() -> dict[str, Indicator]:
    """The indicators of all apps, by key."""
    return {indicator.key: indicator for indicator in gather("indicators")}


def measure_of(key: str) -> Measure:
    """What the rate *key* is reckoned in; percent for one that is declared no more."""
    found = declared().get(key)
    return found.measure if found else MEASURES["percent"]


def totals(
    indicators: Sequence[Indicator], records: QuerySet[Any], period: Period, *by: str, **also: Any
) -> QuerySet[Any, dict[str, Any]]:
    """One grouped query for all *indicators*: rows of `by`, `<key>_n`, `<key>_d` and what *also* adds."""
    sums: dict[str, Any] = {}
    for indicator in indicators:
        sums[f"{indicator.key}_n"] = Sum(indicator.numerator(period))
        sums[f"{indicator.key}_d"] = Sum(indicator.denominator(period))
    found: QuerySet[Any, dict[str, Any]] = records.order_by().values(*by).annotate(**sums, **also)
    return found


def counted(condition: Q) -> Combinable:
    """1 for a record that meets *condition*, else 0."""
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=BigIntegerField())


# figures -----------------------------------------------------------------------------------------------


def percent(numerator: int | Decimal | Fraction, denominator: int | Decimal | Fraction) -> Fraction | None:
    """The rate in percent, exact; None where there is no task."""
    if not denominator:
        return None
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(numerator * 100, denominator)  # one common divisor to look for instead of three
    return Fraction(numerator) / Fraction(denominator) * 100


@lru_cache(maxsize=256)  # of each row of a month it is the same
def pace(period: Period, target: int = 100) -> Fraction:
    """Where the year should stand when *period* ends, in percent of the plan: months / 12 (序时进度).

    *target* is the share of the plan that the county means to reach by the end of the year; some aim at 120.
    """
    return period.pace * target


def gap(value: Fraction | None, period: Period, target: int = 100) -> Fraction | None:
    """How far *value* (percent) is from the pace, in percentage points; below it is negative."""
    return None if value is None else value - pace(period, target)


GapAs = Literal["printed", "exact"]


def shown_gap(value: Fraction | None, period: Period, places: int = 1, how: GapAs = "printed") -> Decimal | None:
    """The distance from the pace as it is printed with *places* decimals: of the two figures as they are printed, so
    that a reader who subtracts them finds it; "exact": of the exact ones, rounded once."""
    return None if value is None else shown_gaps(period, places, how)(value)


@lru_cache(maxsize=256)
def shown_gaps(period: Period, places: int = 1, how: GapAs = "printed") -> Callable[[Fraction], Decimal]:
    """`shown_gap` of one period, for thousands of values."""
    at = pace(period)
    if how == "exact":
        return lambda value: rounded(value - at, places)
    printed = rounded(at, places)
    return lambda value: rounded(value, places) - printed


def text(value: Fraction | None, places: int = 8) -> str | None:
    """The value as a decimal string, half up: for JSON, where a float would lie."""
    return None if value is None else f"{rounded(value, places):f}"


# ranks -------------------------------------------------------------------------------------------------


def ranks(
    values: Sequence[Fraction | Decimal | Quotient | None], ties: Ties, places: int, direction: int = 1
) -> list[int | None]:
    """The rank of each value, best first; None has no task and no rank.

    Equal as displayed (with *places* decimals, half up) is a tie. `competition`: the next rank is skipped,
    1 2 3 3 5; `dense`: it is not, 1 2 3 3 4; `strict`: no ties, the exact value decides, then the order.
    Whole numbers all along, exact as fractions are and a tenth of their price.
    """
    found: list[int | None] = [None] * len(values)
    parts = [(n, *_whole(value)) for n, value in enumerate(values) if value is not None]
    parts = [(n, upper, lower) for n, upper, lower in parts if lower]
    if ties == "strict":
        common = lcm(*(lower for _n, _upper, lower in parts))
        order = [(n, upper * (common // lower)) for n, upper, lower in parts]
    else:
        order = [(n, _half_up(upper * 10**places, lower)) for n, upper, lower in parts]
    order.sort(key=lambda one: -direction * one[1])
    last, rank = None, 0
    for place, (n, shown) in enumerate(order, start=1):
        if ties == "strict":
            rank = place
        elif shown != last:
            rank = rank + 1 if ties == "dense" else place
        found[n], last = rank, shown
    return found


def _whole(value: Fraction | Decimal | Quotient) -> tuple[int, int]:
    """The value, a quotient's in percent, as one whole number over another; over 0 where there is no task."""
    if isinstance(value, Quotient):
        upper, lower = value.numerator * 100, value.denominator
        return (-upper, -lower) if lower < 0 else (upper, lower)
    return value.as_integer_ratio()


def _half_up(upper: int, lower: int) -> int:
    """upper / lower to the whole, half up and away from zero, as `rounded` does it."""
    size = (2 * abs(upper) + lower) // (2 * lower)
    return size if upper >= 0 else -size


# checking what others published ------------------------------------------------------------------------


class Difference(NamedTuple):
    """A published figure that its own inputs do not give."""

    published: Decimal
    computed: Decimal


def places_of(published: str) -> int:
    """How many decimals a figure was published with."""
    return len(published.rstrip("%").partition(".")[2])


def check_rate(
    published: str, numerator: Decimal, denominator: Decimal, places: int | None = None
) -> Difference | None:
    """The difference between a *published* rate (percent) and its quotient; None if they agree."""
    value = percent(numerator, denominator)
    return _differs(published, value, places)


def check_gap(published: str, rate: str, period: Period, target: int = 100) -> Difference | None:
    """The difference between a *published* distance from the pace and rate − pace, at the rate's decimals."""
    places = max(places_of(published), places_of(rate))
    return _differs(published, gap(Fraction(rate), period, target), places)


def check_total(published: str, parts: Sequence[str], *, exact: bool = False) -> Difference | None:
    """The difference between a *published* total and its *parts*, beyond what rounding of each explains."""
    computed = sum((Decimal(part) for part in parts), Decimal(0))
    half = Decimal("0.5")
    room = half.scaleb(-places_of(published)) + len(parts) * half.scaleb(-max(map(places_of, parts)))
    if exact:
        room = Decimal(0)
    total = Decimal(published)
    return Difference(total, computed) if abs(total - computed) > room else None


def _differs(published: str, value: Fraction | None, places: int | None) -> Difference | None:
    said = Decimal(published.rstrip("%"))
    if value is None:
        return Difference(said, Decimal("NaN"))
    computed = rounded(value, places_of(published) if places is None else places)
    return None if computed == said else Difference(said, computed)
