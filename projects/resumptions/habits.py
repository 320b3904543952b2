"""How continued projects go on in the replayed year: most in March, some in April, some are never said to."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from core.habits import Day, Habit, Scene
from organization.profiles.rules import rules_of
from projects.resumptions.models import not_resumed
from projects.resumptions.rules import ResumptionRules
from projects.resumptions.services import record_resumption

SILENT = 11  # one of so many projects, by its key, is never said to have gone on


@dataclass
class Kept:
    pass


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """On each working day from the county's first day on about one of twelve goes on, and its officer says so."""
    rules = rules_of(scene.county)[ResumptionRules]
    if not rules.enabled or day.on < rules.first(day.on.year):
        return
    for project in not_resumed(scene.county.pk, day.on.year).order_by("pk"):
        officer = scene.officers.get(project.lead_unit_id)
        if officer is not None and project.pk % SILENT and dice.random() < 0.08:
            record_resumption(project, day.on.year, resumed_on=day.on, by=officer, now=day.now)


HABITS = (Habit("resumptions", 35, begin, live),)
