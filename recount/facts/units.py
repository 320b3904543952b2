"""Where units stood on a day, what they were called, and which of them stand in a ranking: from their own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recount.facts.tables import Unit

REPORTING = ("township", "zone", "department", "other")


@dataclass(frozen=True)
class Place:
    """A unit as it was on a day: what it was called, below which it stood, whether there was such a unit."""

    unit: Unit
    name: str
    above: int | None
    valid: bool

    @property
    def reports(self) -> bool:
        return self.valid and self.unit.kind in (*REPORTING, "squad")


def places(units: Mapping[int, Unit], on: date) -> dict[int, Place]:
    """All units as they were on the day *on*."""
    codes = {unit.code: unit.id for unit in units.values()}
    return {unit.id: _place(unit, codes, on) for unit in units.values()}


def _place(unit: Unit, codes: Mapping[str, int], on: date) -> Place:
    then: dict[str, Any] | None = next((one for one in unit.former if on <= date.fromisoformat(one["until"])), None)
    name, above = unit.short_name, unit.parent
    if then is not None:
        name, above = then["short_name"], codes.get(then["parent"], unit.parent)
    begun = unit.since is None or unit.since <= on
    there = unit.active if unit.until is None else unit.until >= on
    return Place(unit, name, above, begun and there)


def homes(found: Mapping[int, Place]) -> dict[int, int]:
    """For each unit the one whose projects its own count among: the highest above it that reports, else itself."""

    def line(pk: int) -> list[int]:
        way = [pk]
        while (above := found[way[-1]].above) is not None and above in found and above not in way:
            way.append(above)
        return way

    result = {}
    for pk in found:
        reporting = [one for one in line(pk) if found[one].reports]
        result[pk] = reporting[-1] if reporting else pk
    return result


def within(found: Mapping[int, Place], root: int) -> set[int]:
    """*root* and all units below it on that day."""
    below = {root}
    while more := {pk for pk, place in found.items() if place.above in below and pk not in below}:
        below |= more
    return below
