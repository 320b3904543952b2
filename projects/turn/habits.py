"""The turn of the year in the replayed year: the office prepares it in December, units fill in, January puts it in
force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from core.habits import Day, Habit, Scene
from projects.plans.models import AnnualPlan
from projects.plans.services import set_plan
from projects.turn import services
from projects.turn.force import without_amount
from projects.turn.models import TurnOfYear

FILLED_FROM, AGREED_FROM = 10, 25  # days of December
MEASURES = "倒排工期、挂图作战，每周调度"


@dataclass
class Kept:
    pass


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    if day.on.month not in (12, 1):
        return
    year = day.on.year + (day.on.month == 12)
    turn = TurnOfYear.objects.filter(county=scene.county, year=year).first()
    told = {"by": scene.office, "now": day.now}
    if turn is None:
        if day.on.month == 12:
            made = services.prepare_turn(scene.county, year, **told)
            services.send_round(made, fill_by=date(day.on.year, 12, 20), **told)
    elif turn.state == TurnOfYear.State.SENT and day.on.day >= FILLED_FROM and day.on.month == 12:
        _fill(turn, scene, day, dice)
        if day.on.day >= AGREED_FROM:
            services.agree_turn(turn, reason="前期项目投资待批复后补列", **told)
    elif turn.state == TurnOfYear.State.AGREED and day.on.month == 1:
        services.put_in_force(turn, on=day.on, **told)


def _fill(turn: TurnOfYear, scene: Scene, day: Day, dice: Random) -> None:
    """Officers fill in some of their projects each day, near to what was planned last year."""
    plans = AnnualPlan.objects.with_drafts().filter(project__county=scene.county, year=turn.year - 1)
    last = {plan.project_id: plan for plan in plans}
    for project in without_amount(turn):
        officer, before = scene.officers.get(project.lead_unit_id), last.get(project.pk)
        if officer is None or before is None or not before.investment or dice.random() < 0.5:
            continue
        resumes = date(turn.year, 3, 1) + timedelta(days=dice.randrange(20)) if project.started_on else None
        fixed = {"measures": MEASURES, "responsible": project.responsible, "resumes_on": resumes}
        amount = before.investment * dice.randrange(6, 11) // 10
        set_plan(project, turn.year, investment=amount, target=before.target, fixed=fixed, by=officer, now=day.now)


HABITS = (Habit("turn", 70, begin, live),)
