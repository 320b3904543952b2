"""What was published, recounted at that moment and kept: later facts don't move it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from recount.facts import rates, units
from recount.facts.standings import Standing, standing
from recount.facts.tables import Facts
from recount.facts.then import Then, before, last_day


@dataclass(frozen=True)
class Copy:
    """A month's figures as they were recounted when its ranking was published."""

    snapshot: int
    standing: Standing
    lists: dict[str, list[Then]]
    problems: dict[str, int]
    previous: tuple[int, int] | None  # done and planned, a month before
    told: frozenset[int]  # units of which somebody has reported
    lights: dict[int, str]
    profile: Mapping[str, Any]
    names: dict[int, str]  # what the units were called then

    @property
    def month(self) -> str:
        return self.standing.month


def standing_copies(copies: Mapping[int, Copy], facts: Facts) -> dict[str, Copy]:
    """By month what is published and wasn't taken back."""
    return {copy.month: copy for pk, copy in copies.items() if pk not in facts.withdrawn}


def copy_of(facts: Facts, month: str, snapshot: int, copies: Mapping[int, Copy], today: date) -> Copy:
    """The figures of *month* as *facts* give them now."""
    earlier = standing_copies(copies, facts)
    found = standing(facts, month, {name: copy.standing for name, copy in earlier.items()})
    lights = {one.id: rates.light(one, facts.profile["lights"]) for one in found.rows}
    return Copy(
        snapshot,
        found,
        _lists(found, lights),
        _problems(facts, month, min(last_day(month), today)),
        _previous(facts, month, earlier),
        _told(facts, found),
        lights,
        facts.profile,
        {pk: place.name for pk, place in units.places(facts.units, last_day(month)).items()},
    )


def _in_order(found: Standing) -> list[Then]:
    rows = [one for one in found.rows if one.counted]
    return sorted(rows, key=lambda one: (one.project.number is None, one.project.number or 0, one.id))


def _lists(found: Standing, lights: Mapping[int, str]) -> dict[str, list[Then]]:
    rows = _in_order(found)
    behind = [one for one in rows if lights[one.id] == "behind"]
    late = [one for one in rows if lights[one.id] in ("start_overdue", "start_late")]
    missing = [one for one in rows if rates.adds(one, "entry_rate") == (0, 1)]
    return {
        "behind": sorted(behind, key=lambda one: rates.gap(one) or Fraction(0)),
        "start_overdue": sorted(late, key=lambda one: one.first_start or one.planned_start or one.last),
        "not_entered": sorted(missing, key=lambda one: one.started_on or one.last),
    }


def _problems(facts: Facts, month: str, on: date) -> dict[str, int]:
    first, last = last_day(month).replace(day=1), last_day(month)
    is_open = [
        one for one in facts.problems if one["raised_on"] <= on and (one["closed_on"] is None or one["closed_on"] > on)
    ]
    return {
        "open": len(is_open),
        "overdue": sum(one["due_on"] < on for one in is_open),
        "closed_in_month": sum(
            one["closed_on"] is not None and one["merged_into_id"] is None and first <= one["closed_on"] <= last
            for one in facts.problems
        ),
        "raised_in_month": sum(first <= one["raised_on"] <= last for one in facts.problems),
    }  # fmt: skip


def _previous(facts: Facts, month: str, earlier: Mapping[str, Copy]) -> tuple[int, int] | None:
    past = before(month)
    if past is None:
        return None
    then = earlier[past].standing if past in earlier else standing(facts, past, {})
    done, plan = then.total.of("investment_rate")
    return (done, plan) if then.total.works else None


def _told(facts: Facts, found: Standing) -> frozenset[int]:
    here = {pk: unit.parent for pk, unit in facts.units.items()}
    leads = {one.lead_unit for one in found.rows if one.counted and one.done is not None}
    told: set[int] = set()
    for lead in leads:
        above: int | None = lead
        while above is not None and above not in told:
            told.add(above)
            above = here.get(above)
    return frozenset(told)


def gap_of(one: Then) -> Fraction | None:
    """Points from the pace; None where nobody has reported, which isn't a rate of 0."""
    return None if one.done is None else rates.gap(one)
