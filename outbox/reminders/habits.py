"""In the replayed year: near its end an officer doesn't want to be reminded of milestones for two weeks."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from core.habits import Day, Habit, Scene
from organization.people.models import User
from outbox.reminders import services

LAST = timedelta(days=6)  # so near to the end it begins: whoever opens the demonstration sees it
REST = timedelta(days=14)
KIND = "milestone"


def _begin(scene: Scene, dice: Random) -> list[User]:
    """One of the officers, whoever it is."""
    units = sorted(scene.officers)
    return [scene.officers[dice.choice(units)]] if units else []


def _live(officers: list[User], scene: Scene, day: Day, dice: Random) -> None:
    """Once."""
    if day.on < scene.end - LAST or not officers:
        return
    services.put_off(officers.pop(), kind=KIND, until=day.on + REST, now=day.now)


HABITS = (Habit("puts_off", 96, _begin, _live),)
