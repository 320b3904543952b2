"""Who stands where in a month: groups, ranks, movement, totals, counted from how the projects stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from recount.facts import rates, units
from recount.facts.rates import Sum
from recount.facts.tables import Facts
from recount.facts.text import half_up, percent
from recount.facts.then import Then, at, before, last_day

SPOKEN = ("investment_rate", "start_rate", "entry_rate")  # of which a bulletin speaks, whatever a county ranks by


@dataclass
class Line:
    """One unit of a group."""

    unit: int
    name: str
    sum: Sum
    rank: int | None = None
    movement: int | None = None


@dataclass
class Standing:
    """A county's ranking of a month: lines by group in their order, and the county's own sum."""

    month: str
    keys: tuple[str, ...]
    order_by: str
    groups: dict[str, list[Line]]
    total: Sum
    rows: list[Then] = field(default_factory=list)
    homes: dict[int, int] = field(default_factory=dict)

    def ranks(self, group: str) -> dict[int, int | None]:
        return {line.unit: line.rank for line in self.groups.get(group, [])}


def ranking_rules(facts: Facts) -> Mapping[str, Any]:
    found: Mapping[str, Any] = facts.profile["ranking"]
    return found


def keys_of(facts: Facts) -> tuple[str, ...]:
    """The rates that the county shows, in its order."""
    rules = ranking_rules(facts)
    return tuple(dict.fromkeys([*rules["indicators"], rules["order_by"]]))


def standing(facts: Facts, month: str, published: Mapping[str, Standing]) -> Standing:
    """The ranking of *month* as the facts give it now; *published* are the standing publications by month, since
    units moved from where they were published."""
    found = _counted(facts, month)
    past = before(month)
    if past is None:
        return found
    earlier = published.get(past)
    then = None if earlier is not None else _counted(facts, past)
    for group, lines in found.groups.items():
        old = earlier.ranks(group) if earlier is not None else {}
        if then is not None and then.total.of(then.order_by)[0]:
            members = {line.unit for line in lines}
            old = _ranks_of(facts, then, members)
        for line in lines:
            was = old.get(line.unit)
            line.movement = None if was is None or line.rank is None else was - line.rank
    return found


def _ranks_of(facts: Facts, then: Standing, members: set[int]) -> dict[int, int | None]:
    """The ranks that *members* had among themselves."""
    rules = ranking_rules(facts)
    sums = _sums(then.rows, then.homes, then.keys)
    ordered = sorted(members, key=lambda pk: (facts.units[pk].position, pk))
    values = [percent(*sums.get(pk, Sum()).of(rules["order_by"])) for pk in ordered]
    return dict(zip(ordered, ranks(values, rules["ties"], rules["decimals"]), strict=True))


def _sums(rows: Iterable[Then], homes: Mapping[int, int], keys: Sequence[str]) -> dict[int, Sum]:
    of_unit: dict[int, list[Then]] = {}
    for one in rows:
        of_unit.setdefault(homes.get(one.lead_unit, one.lead_unit), []).append(one)
    return {pk: rates.sum_of(found, keys) for pk, found in of_unit.items()}


def _counted(facts: Facts, month: str) -> Standing:
    rules = ranking_rules(facts)
    keys = tuple(dict.fromkeys([*keys_of(facts), *SPOKEN]))
    rows = at(facts, month)
    places = units.places(facts.units, last_day(month))
    homes = units.homes(places)
    sums = _sums(rows, homes, keys)
    named = {kind for group in rules["groups"] for kind in group["kinds"]}
    groups: dict[str, list[Line]] = {}
    for group in rules["groups"]:
        lines = []
        for pk, place in places.items():
            if homes[pk] != pk:
                continue
            one = sums.get(pk, Sum())
            kind = place.unit.kind if place.unit.kind in named | set(units.REPORTING) else "other"
            stands = place.reports and place.unit.kind in group["kinds"]
            if stands or (kind in group["kinds"] and one.anything):
                lines.append(Line(pk, place.name, one))
        lines.sort(key=lambda line: (facts.units[line.unit].position, line.unit))
        values = [percent(*line.sum.of(rules["order_by"])) for line in lines]
        for line, rank in zip(lines, ranks(values, rules["ties"], rules["decimals"]), strict=True):
            line.rank = rank
        groups[group["key"]] = sorted(lines, key=lambda line: (line.rank is None, line.rank or 0))
    return Standing(month, keys_of(facts), rules["order_by"], groups, rates.sum_of(rows, keys), rows, homes)


def ranks(values: Sequence[Fraction | None], ties: str, places: int) -> list[int | None]:
    """Places by *values*, the largest first; equal as displayed is equal, unless the county has no ties."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    shown = {n: half_up(value, places) for n, value in known}
    result: list[int | None] = [None] * len(values)
    for n, value in known:
        if ties == "strict":
            better = sum(1 for m, other in known if other > value or (other == value and m < n))
        elif ties == "dense":
            better = len({shown[m] for m, _other in known if shown[m] > shown[n]})
        else:
            better = sum(shown[m] > shown[n] for m, _other in known)
        result[n] = better + 1
    return result
