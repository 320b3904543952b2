"""How a project's money is spent in time: an S over its months, less in the county's slack ones. Pure; whole yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from core.amounts.grammar import WAN
from core.days.periods import Period

FIRST = 0.05  # of the total, at most, in the first month of the works
EVEN = (1.0,) * 12  # works that no season slows
MOST = 1.1  # of the year's plan is done at most
ROUNDING = ((100, 5), (500, 10), (2_000, 50))  # below so many 万元 people round to so many; above to 100


@dataclass(frozen=True)
class Year:
    """A project's year as planned: done in earlier years, planned for it, of it by month."""

    before: int
    plan: int
    months: tuple[int, ...]


def season(curve: Sequence[float]) -> tuple[float, ...]:
    """How busy each month is, 1 on average, after the cumulative shares of a year (0 to 1)."""
    steps = [after - before for before, after in zip((0.0, *curve), curve, strict=False)]
    return tuple(max(12 * step, 0.15) for step in steps) if curve else EVEN


def is_frosty(curve: Sequence[float]) -> bool:
    """Whether works outdoors rest in winter there: next to nothing is done in January."""
    return bool(curve) and curve[0] < 0.04


def length(total: int) -> int:
    """How many months works of *total* yuan take: half a year for the smallest, two for 300 million."""
    return int(6 * (max(total / WAN, 600) / 600) ** 0.33 + 0.5)


def months_of(first: date, last: date) -> list[Period]:
    """The months from that of *first* to that of *last*."""
    found = [Period.of(first)]
    while found[-1].last < last:
        found.append(found[-1].next())
    return found


def shares(first: date, last: date, busy: Sequence[float]) -> dict[Period, float]:
    """What part of the total is spent in each month of the works: slowly at both ends, FIRST at most in the first."""
    months = months_of(first, max(first, last))
    if len(months) == 1:
        return {months[0]: 1.0}
    weights = []
    for place, month in enumerate(months):
        at = (place + 0.5) / len(months)
        weights.append((0.3 + 2.8 * at * (1 - at)) * busy[month.number - 1])
    weights[0] *= (months[0].last.day - first.day + 1) / months[0].last.day
    whole = sum(weights)
    begin = min(weights[0] / whole, FIRST)
    rest = (1 - begin) / (whole - weights[0])
    return {
        month: weight * rest if place else begin
        for place, (month, weight) in enumerate(zip(months, weights, strict=True))
    }


def planned(total: int, spent: Mapping[Period, float], year: int) -> Year:
    """The plan of *year* for a project of *total* yuan whose months have these shares; rounded as people plan."""
    before = _round(total * sum(share for month, share in spent.items() if month.year < year))
    of_year = {month.number: share for month, share in spent.items() if month.year == year}
    over = all(month.year <= year for month in spent)
    plan = total - before if over else min(max(_round(total * sum(of_year.values())), 20 * WAN), total - before)
    wanted = sum(of_year.values()) or 1.0
    months = [int(plan * of_year.get(n, 0.0) / wanted / WAN) // 5 * 5 * WAN for n in range(1, 13)]
    if of_year:
        months[max(of_year) - 1] += plan - sum(months)
    return Year(before, plan if of_year else 0, tuple(months) if of_year else ())


def course(total: int, spent: Mapping[Period, float], year: int) -> tuple[int, ...]:
    """What would be spent by the end of each month of *year*, from January on, if all went so."""
    return tuple(accumulate(int(total * spent.get(Period.month(year, n), 0.0)) for n in range(1, 13)))


def typed(amount: float, dice: Random) -> int:
    """*amount* yuan as somebody types it: in round 万元 mostly, to the last one sometimes."""
    if amount <= 0:
        return 0
    return round(amount / WAN) * WAN if dice.random() < 0.2 else _round(amount)


def _round(amount: float) -> int:
    wan = amount / WAN
    step = next((step for below, step in ROUNDING if wan < below), 100)
    return round(wan / step) * step * WAN


def funds(works: int, plan: int, lead: float) -> int:
    """What has come in when *works* of the year are done: by quarters of the plan, *lead* of it ahead of them."""
    quarter = max(plan // 4, WAN)
    return min(-(-int(works + plan * lead) // quarter) * quarter, plan) // (10 * WAN) * 10 * WAN


def paid(works: int, part: float) -> int:
    """What of the *works* done by a month ago has been paid out."""
    return int(works * part) // (10 * WAN) * 10 * WAN
