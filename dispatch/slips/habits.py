"""How slips are issued and answered in the replayed year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from core.habits import Day, Habit, Scene
from dispatch.problems.models import Problem, ProblemStep
from dispatch.slips import services as slips
from dispatch.slips.drafts import of_problem
from dispatch.slips.models import Slip
from dispatch.slips.rules import SlipRules
from organization.profiles.rules import rules_of
from organization.units.models import UnitKind

ANSWERS = (
    "已召开专题会研究，明确专人负责，本周内拿出办理结果",
    "已与有关部门对接，材料补正后报审，下周三前办结",
    "已现场核实，问题正在解决，预计五个工作日内完成",
)
WRONG = "责任单位有误，改发有关单位"
NEAR = timedelta(days=1)
LAST = timedelta(days=2)  # what is issued in the last days isn't answered when the replay ends


@dataclass
class Kept:
    sent: set[tuple[str, int]] = field(default_factory=set)  # kind and problem
    withdrawn: int = 0


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """A hint the day before a result is due, a supervision slip when it is late, now and then a report to the leader;
    units answer within days."""
    rules = rules_of(scene.county)[SlipRules]
    found = Problem.objects.filter(county=scene.county, status=Problem.Status.OPEN).exclude(placed_on=None)
    for problem in found.select_related("owner_unit", "project", "county").order_by("pk"):
        late = problem.due_on < day.on or problem.steps.filter(kind=ProblemStep.Kind.ESCALATED).exists()
        if problem.owner_unit.kind == UnitKind.OFFICE or not (late or problem.due_on <= day.on + NEAR):
            continue
        chosen = ("report" if dice.random() < 0.1 else "supervision") if late else "hint"
        kind = rules.kind(chosen)
        if kind is None or (chosen, problem.pk) in kept.sent or dice.random() > 0.4:
            continue
        draft = of_problem(kind, problem, now=day.now)
        if draft.unit is None and draft.post is None:
            continue
        kept.sent.add((chosen, problem.pk))
        slips.issue_slip(
            scene.county, kind=chosen, title=draft.title, matter=draft.matter, ask=draft.ask, unit=draft.unit,
            post=draft.post, due_on=draft.due_on, signed="办公室主任", problem=problem, by=scene.office, now=day.now,
        )  # fmt: skip
    _answer(kept, scene, day, dice)


def _answer(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """Most in time; one in the whole year was sent to the wrong unit and is withdrawn."""
    owed = Slip.objects.filter(county=scene.county, on__lt=day.on, on__lte=scene.end - LAST).owed()
    for slip in owed.select_related("unit").order_by("pk"):
        if not kept.withdrawn and dice.random() < 0.2:
            kept.withdrawn = slip.pk
            slips.withdraw_slip(slip, reason=WRONG, by=scene.office, now=day.now)
        elif dice.random() < 0.4:
            officer = scene.officers.get(slip.unit_id) or scene.office
            slips.answer_slip(slip, text=dice.choice(ANSWERS), by=officer, now=day.now)


HABITS = (Habit("slips", 12, begin, live),)
