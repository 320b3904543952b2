"""How problems are dealt with in the replayed year."""

from __future__ import annotations

from random import Random
from typing import Any

from core.habits import Day, Habit, Scene
from dispatch.problems import services as problems
from dispatch.problems.models import Problem


def begin(scene: Scene, dice: Random) -> None:
    return None


def live(kept: None, scene: Scene, day: Day, dice: Random) -> None:
    """Owners answer in their own time, sometimes too late; the raising unit closes what is solved."""
    found = Problem.objects.filter(county=scene.county).exclude(status=Problem.Status.CLOSED)
    for problem in found.order_by("pk"):
        if problem.status == Problem.Status.ANSWERED:
            if dice.random() < 0.3:
                problems.close(problem, by=_closer(problem, scene), on=day.on, now=day.now, note="现场已恢复施工")
        elif problem.raised_on < day.on and dice.random() < 0.06 + 0.05 * problem.level:
            owner = scene.officers.get(problem.owner_unit_id) or scene.office
            problems.answer(problem, result="已现场协调，问题解决", by=owner, on=day.on, now=day.now)


def _closer(problem: Problem, scene: Scene) -> Any:
    """Somebody of the unit that raised it; of what a unit answers for itself, the office."""
    if problem.raised_unit_id == problem.owner_unit_id:
        return scene.office
    return scene.officers.get(problem.raised_unit_id or 0) or scene.office


HABITS = (Habit("problems", 10, begin, live),)
