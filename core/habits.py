"""How people behave in the replayed year: each app brings the habits of its own people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Scene:
    """The county that is replayed, as habits see it: its people, and the projects on file when the year begins."""

    county: Any
    start: date
    projects: tuple[Any, ...]
    officers: Mapping[int, Any]  # by unit
    office: Any  # who works in the command office


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
