"""What is asked within a month beside its report, and is filled in from the same row: a higher app that has such
rounds declares it in `FILLINGS` of its `fillings.py`. The row stays the month's; what is handed in is a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Asked:
    """An open round within a month: what it is called, until when, and how each project stands in it."""

    key: str  # "rounds:12": whose it is, and which
    title: str
    due_at: datetime
    states: Mapping[int, str] = field(default_factory=dict)  # {project: "" | "done" | "not"}; only those asked

    @property
    def left(self) -> int:
        return sum(not state for state in self.states.values())


@dataclass(frozen=True)
class Filling:
    """`open(county, period, unit)`: the rounds of *unit* within the month *period* that are open. `hand_in(key,
    projects, by=, now=)` takes a copy of the running rows of *projects*; how many, and sentences about the others."""

    key: str
    open: Callable[[Any, Any, Any], Sequence[Asked]]
    hand_in: Callable[..., tuple[int, list[str]]]


def open_within(county: Any, period: Any, unit: Any) -> list[Asked]:
    """All that is asked of *unit* within the month *period* beside its report, the most urgent first."""
    found = [one for filling in gather("fillings") for one in filling.open(county, period, unit)]
    return sorted(found, key=lambda one: (one.due_at, one.key))


def hand_in(key: str, projects: Sequence[int], *, by: Any, now: datetime) -> tuple[int, list[str]]:
    """A copy of the running rows of *projects* goes into what *key* names; none for a key that nobody declares."""
    whose, _colon, which = key.partition(":")
    for filling in gather("fillings"):
        if filling.key == whose:
            done: tuple[int, list[str]] = filling.hand_in(which, projects, by=by, now=now)
            return done
    return 0, []
