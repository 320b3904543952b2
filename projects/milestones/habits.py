"""How units lay their schedules in the replayed year, and how milestones are reached: most in time, some late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from core.habits import Day, Habit, Scene
from projects.choices import Stage, State
from projects.milestones import services as milestones
from projects.milestones.models import Milestone
from projects.registry.models import Project

A_DAY = 4  # schedules laid on one working day of January
TO_START, TO_COMPLETION = "start", "works"
BEHIND_START = timedelta(days=35)  # the statistics come some weeks after the start


@dataclass
class Kept:
    waiting: list[int] = field(default_factory=list)  # projects without a schedule
    reached: dict[int, date] = field(default_factory=dict)  # milestones, and when they will be


def begin(scene: Scene, dice: Random) -> Kept:
    pks = [project.pk for project in scene.projects]
    dice.shuffle(pks)
    return Kept(pks)


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """A few are laid each day until all are; once a week people write what was reached and what will come later."""
    for _time in range(min(A_DAY, len(kept.waiting))):
        _lay(kept.waiting.pop(), scene, day)
    if day.on.weekday() == 4:
        _write(kept, scene, day, dice)


def _lay(pk: int, scene: Scene, day: Day) -> None:
    project = Project.objects.active().select_related("lead_unit").filter(pk=pk).first()
    if project is None or project.stage == Stage.COMPLETED:
        return
    started = project.stage in (Stage.STARTED, Stage.ENTERED)
    planned = project.planned_completion if started else project.planned_start
    if planned is None:
        return
    target = planned if started else planned + BEHIND_START
    with scene.tries.step("schedule"):
        milestones.lay_out(
            project,
            target=max(target, day.on + timedelta(days=60)),
            template=TO_COMPLETION if started else TO_START,
            by=scene.officers.get(project.lead_unit_id) or scene.office,
            now=day.now,
        )


def _write(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """What no paper ends: reached some days before or after it was planned; a few are forecast for later."""
    soon = day.on + timedelta(days=14)
    near = Milestone.objects.filter(county=scene.county, fact="", done_on=None, planned_on__lte=soon)
    for row in near.filter(project__state=State.ACTIVE).select_related("project__lead_unit").order_by("pk"):
        late = timedelta(days=dice.choice((-6, -2, 0, 0, 1, 3, 25)))
        when = kept.reached.setdefault(row.pk, row.planned_on + late)
        by = scene.officers.get(row.project.lead_unit_id) or scene.office
        if when <= day.on:
            with scene.tries.step("milestone"):
                milestones.finish(row, on=when, by=by, now=day.now)
        elif when > row.planned_on + timedelta(days=10) and row.forecast_on is None:
            with scene.tries.step("forecast"):
                milestones.forecast(row, expected=when, by=by, now=day.now)


HABITS = (Habit("milestones", 40, begin, live),)
