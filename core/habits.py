"""How people behave in the replayed year: each app brings the habits of its own people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from core.collect import gather
from core.refusals import Closed, Refused


class Tries:
    """What people tried in the replayed year and what stopped them: a gate that stops everybody is told at the end."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()  # by step
        self.stopped: dict[str, Counter[str]] = {}  # by step, by what stopped it

    @contextmanager
    def step(self, step: str) -> Iterator[None]:
        """A try at *step*; what is refused stays where it is, as in life, and is counted."""
        try:
            yield
        except Refused as refusal:
            whys = [str(gate.label) for gate in refusal.gates] if isinstance(refusal, Closed) else [refusal.why]
            self.stopped.setdefault(step, Counter()).update(whys)
        else:
            self.made[step] += 1

    def never(self) -> dict[str, Counter[str]]:
        """Steps that somebody tried and nobody made: by step, what stopped it and how often."""
        return {step: whys for step, whys in self.stopped.items() if not self.made[step]}


@dataclass(frozen=True)
class Scene:
    """The county that is replayed, as habits see it: its people, and the projects on file when the year begins."""

    county: Any
    start: date
    end: date
    projects: tuple[Any, ...]
    officers: Mapping[int, Any]  # by unit
    office: Any  # who works in the command office
    tries: Tries = field(default_factory=Tries)
    ideas: tuple[tuple[str, str, str], ...] = ()  # of investors: what, sector, where from


@dataclass(frozen=True)
class Day:
    """A working day; `since` is the one before."""

    on: date
    since: date
    now: datetime


@dataclass(frozen=True)
class Habit:
    """What some people do. `begin(scene, dice)` answers what they will remember, `live(kept, scene, day, dice)` acts.

    Each habit has dice of its own: one more changes nobody else's year.
    """

    key: str
    order: int
    begin: Callable[[Scene, Random], Any]
    live: Callable[[Any, Scene, Day, Random], None]


class Living:
    """The habits of all apps in one county's year."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.habits = sorted(gather("habits"), key=lambda habit: habit.order)
        self.dice = {habit.key: Random(f"{seed}.{habit.key}") for habit in self.habits}
        self.kept = {habit.key: habit.begin(scene, self.dice[habit.key]) for habit in self.habits}

    def live(self, day: Day) -> None:
        """Everybody has their working day."""
        for habit in self.habits:
            habit.live(self.kept[habit.key], self.scene, day, self.dice[habit.key])
