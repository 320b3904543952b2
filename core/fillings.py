"""What is asked within a month beside its report, and is filled in from the same row: a higher app that has such
rounds declares it in `FILLINGS` of its `fillings.py`. The row stays the month's; what is handed in is a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
class Handed:
    """What became of handing in: how many rows have their copy, sentences about the others, and `copies`, as much of
    each as it takes to put it back: {key, project, version, was}."""

    done: int = 0
    said: Sequence[str] = ()
    copies: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Filling:
    """`open(county, period, unit)`: the rounds of *unit* within the month *period* that are open. `hand_in(key,
    projects, by=, now=)` takes a copy of the running rows of *projects*; `put_back(key, copies, by=, now=)` has those
    copies again as they were, that nobody has touched since."""

    key: str
    open: Callable[[Any, Any, Any], Sequence[Asked]]
    hand_in: Callable[..., Handed]
    put_back: Callable[..., int]


def open_within(county: Any, period: Any, unit: Any) -> list[Asked]:
    """All that is asked of *unit* within the month *period* beside its report, the most urgent first."""
    found = [one for filling in gather("fillings") for one in filling.open(county, period, unit)]
    return sorted(found, key=lambda one: (one.due_at, one.key))


def _of(key: str) -> tuple[Filling | None, str]:
    whose, _colon, which = key.partition(":")
    return next((filling for filling in gather("fillings") if filling.key == whose), None), which


def hand_in(key: str, projects: Sequence[int], *, by: Any, now: datetime) -> Handed:
    """A copy of the running rows of *projects* goes into what *key* names; none for a key that nobody declares."""
    filling, which = _of(key)
    return filling.hand_in(which, projects, by=by, now=now) if filling else Handed()


def put_back(copies: Iterable[Mapping[str, Any]], projects: Collection[int], *, by: Any, now: datetime) -> int:
    """Of what `hand_in` gave as *copies*, those of *projects* that stayed as they came from there are as they were
    before; how many."""
    of: dict[str, list[Mapping[str, Any]]] = {}
    for copy in copies:
        if copy["project"] in projects:
            of.setdefault(copy["key"], []).append(copy)
    done = 0
    for key, those in of.items():
        filling, which = _of(key)
        done += filling.put_back(which, those, by=by, now=now) if filling else 0
    return done
