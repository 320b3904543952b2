"""How problems are dealt with in the replayed year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from core.days.workdays import add_workdays
from core.habits import Day, Habit, Scene
from dispatch.problems import services as problems
from dispatch.problems.handling import services as handling
from dispatch.problems.models import Problem, rung_posts
from dispatch.problems.recipients import of_level, rung
from dispatch.problems.rules import ProblemRules
from organization.people.models import Post, Role
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from projects.choices import Stage
from projects.photos.habits import drawn

BEFORE, BUILDING = (Stage.PREWORK,), (Stage.STARTED, Stage.ENTERED)
STUBBORN = (  # what nobody solves in time: one for each level of the ladder, raised so that it stands there at the end
    (BEFORE, "用地指标没有落实，场地交不出来", "请明确指标来源和交地时间"),
    (BUILDING, "征收协议还差三户没有签，作业面交不出来", "请属地和征收部门逐户明确签约时间"),
    (BUILDING, "配套资金没有到位，进度款付不出去", "请财政部门明确拨付时间，月底前到账"),
    (BEFORE, "规划方案审批没有通过，招标推迟", "请一次告知修改意见"),
    (BUILDING, "高压线迁改方案没有定", "请电力部门明确迁改方案和费用"),
)
SOLVED = {  # by the category of the county's ledger
    "land": "已会同自然资源部门核实，明确了组卷和报批时间",
    "money": "已列入本月用款计划，拨付时间已告知施工单位",
    "approval": "已一次告知修改意见，正在补正材料",
    "demolition": "属地已入户做工作，约定了签约和交地时间",
    "utilities": "已组织管线、供电单位现场交底，定了迁改和接入时间",
    "energy": "已与上级对接指标，补充材料后复审",
    "labour": "已对接两家劳务公司，班组本周进场",
    "environment": "已现场指导，补充论证后复核",
}
SUITED = {  # words in the names of departments, in order of preference, where the county names none
    "demolition": ("自然资源", "住房"),
    "utilities": ("工业", "住房"),
    "services": ("政务", "行政审批", "商务"),
}
ON_TOP = "已听取汇报，请牵头单位三日内拿出方案，办公室跟踪，每周报进展"

LEFT_ALONE = frozenset(title for _stages, title, _detail in STUBBORN)  # they climb by themselves
PRESENT = "牵头单位、属地、自然资源、财政部门，施工单位"
OPINIONS = "各单位说明了办理情况和要求，属地表示配合"
EASY = "属责任单位职责范围，请直接办理"
DECIDED = "由责任单位牵头，一周内拿出办理结果，属地做好配合"
REPORTED = "议定事项已落实到人，正在按时限办理"
BEYOND = "涉及几个部门，本级难以协调，请上一级研究"


@dataclass
class Ledger:
    """The stubborn problems: the day each is raised and the level it will reach; and what was done with them."""

    waiting: list[tuple[date, int]]
    stubborn: dict[int, int] = field(default_factory=dict)  # level to be reached, by problem
    noted: set[int] = field(default_factory=set)


def begin(scene: Scene, dice: Random) -> Ledger:
    rules = rules_of(scene.county)[ProblemRules]
    waiting = []
    for level in range(len(rules.ladder)):
        back = level * (rules.due_workdays + 1) + 2
        if (on := add_workdays(scene.end, -back)) > scene.start:
            waiting.append((on, level))
    return Ledger(waiting)


def live(kept: Ledger, scene: Scene, day: Day, dice: Random) -> None:
    """Owners answer in their own time, sometimes too late; the raising unit closes what is solved."""
    for on, level in kept.waiting:
        if day.since < on <= day.on:
            _raise(kept, level, scene, day, dice)
    found = Problem.objects.filter(county=scene.county).exclude(status=Problem.Status.CLOSED)
    for problem in found.select_related("owner_unit", "project").order_by("pk"):
        if problem.pk in kept.stubborn:
            _note(kept, problem, day)
        elif problem.status == Problem.Status.OPEN and problem.owner_unit.kind == UnitKind.OFFICE:
            _hand_on(problem, scene, day, dice)
        elif problem.status == Problem.Status.ANSWERED:
            if dice.random() < 0.3:
                told: dict[str, Any] = {"on": day.on, "now": day.now, "note": "已现场核实，问题解决"}
                problems.close(problem, by=_closer(problem, scene), proof=_proof(scene, day, dice), **told)
        elif problem.raised_on < day.on and dice.random() < 0.16 + 0.1 * problem.level:
            owner = scene.officers.get(problem.owner_unit_id) or scene.office
            problems.answer(
                problem,
                result=SOLVED.get(problem.category, "已现场协调，明确了责任人和完成时间"),
                by=owner,
                on=day.on,
                now=day.now,
            )


def _proof(scene: Scene, day: Day, dice: Random) -> list[tuple[str, bytes]]:
    """A photo of what is solved: where the county asks for it, and now and then elsewhere."""
    if rules_of(scene.county)[ProblemRules].proof or dice.random() < 0.2:
        return [(f"现场核实_{day.on:%m%d}.jpg", drawn(dice, day.now, None))]
    return []


def _hand_on(problem: Problem, scene: Scene, day: Day, dice: Random) -> None:
    """What nobody is named for lies with the office, which asks a unit, not the one that raised it, within days."""
    others = [pk for pk in scene.officers if pk not in (problem.raised_unit_id, problem.owner_unit_id)]
    if problem.raised_on < day.on and others and dice.random() < 0.6:
        unit = _suited(problem, others) or Unit.objects.get(pk=dice.choice(others))
        problems.assign(problem, owner_unit=unit, by=scene.office, on=day.on, now=day.now)


def _suited(problem: Problem, others: list[int]) -> Unit | None:
    """Whom the office would ask: the department that its category is about, else the project's competent one."""
    units = list(Unit.objects.filter(pk__in=others, kind=UnitKind.DEPARTMENT).order_by("position", "pk"))
    words = SUITED.get(problem.category, ())
    found = [unit for word in words for unit in units if word in unit.name]
    return next(iter(found), None) or next((one for one in units if one.pk == problem.project.competent_unit_id), None)


def _raise(kept: Ledger, level: int, scene: Scene, day: Day, dice: Random) -> None:
    going = [project for project in scene.projects if project.stage in ("prework", "started", "entered")]
    if not going:
        return
    stages, title, detail = STUBBORN[level % len(STUBBORN)]
    project = dice.choice([one for one in going if one.stage in stages] or going)
    by = scene.officers[project.lead_unit_id]
    problem = problems.raise_problem(project, title=title, detail=detail, by=by, on=day.on, now=day.now)
    kept.stubborn[problem.pk] = level


def _note(kept: Ledger, problem: Problem, day: Day) -> None:
    """Who answers on the rung that a problem has come up to writes down what is to be done."""
    level = rung(problem)
    if level is None or problem.pk in kept.noted or not problem.level or problem.level != kept.stubborn[problem.pk]:
        return
    if people := of_level(level, problem, on=day.on):
        problems.note(problem, text=ON_TOP, by=people[0], on=day.on, now=day.now)
        kept.noted.add(problem.pk)


def _closer(problem: Problem, scene: Scene) -> Any:
    """Somebody of the unit that raised it; of what a unit answers for itself, the office."""
    if problem.raised_unit_id == problem.owner_unit_id:
        return scene.office
    return scene.officers.get(problem.raised_unit_id or 0) or scene.office


def nothing_kept(scene: Scene, dice: Random) -> None:
    return None


def handle(kept: None, scene: Scene, day: Day, dice: Random) -> None:
    """The office places what came in the day before; some problems are consulted on, a few are handed up."""
    rules = rules_of(scene.county)[ProblemRules]
    found = Problem.objects.filter(county=scene.county, status=Problem.Status.OPEN, raised_on__lt=day.on)
    for problem in found.select_related("owner_unit", "project", "county").order_by("pk"):
        if problem.placed_on is None:
            _place(problem, rules, scene, day, dice)
            continue
        owner = scene.officers.get(problem.owner_unit_id) or scene.office
        if problem.report_due:
            if dice.random() < 0.3:
                handling.report_up(problem, text=REPORTED, by=owner, on=day.on, now=day.now)
        elif dice.random() < 0.05 and (post := _leads(problem, rules)):
            handling.consult(
                problem, led_by=post, held_on=day.on, present=PRESENT, opinions=OPINIONS, result=DECIDED,
                by=scene.office, on=day.on, now=day.now,
            )  # fmt: skip
        elif problem.level and problem.title not in LEFT_ALONE and dice.random() < 0.03:
            handling.hand_down(problem, level=0, reason=EASY, by=scene.office, on=day.on, now=day.now)
        elif (
            dice.random() < 0.02
            and problem.level < len(rules.ladder) - 1
            and problem.title not in LEFT_ALONE
            and problem.owner_unit.kind != UnitKind.OFFICE
        ):
            handling.hand_up(problem, reason=BEYOND, by=owner, on=day.on, now=day.now)


def _place(problem: Problem, rules: ProblemRules, scene: Scene, day: Day, dice: Random) -> None:
    """At its unit; some that a unit can't solve at once higher. What nobody is named for goes to whom the office
    would ask; where nobody suits, the ledger's own habit hands it on."""
    unit = problem.owner_unit
    if unit.kind == UnitKind.OFFICE:
        others = [pk for pk in scene.officers if pk not in (problem.raised_unit_id, problem.owner_unit_id)]
        found = _suited(problem, others)
        if found is None:
            return
        unit = found
    higher = problem.title not in LEFT_ALONE and dice.random() < 0.1 and len(rules.ladder) > 1
    level = max(problem.level, int(higher))
    handling.place(problem, owner_unit=unit, level=level, by=scene.office, on=day.on, now=day.now)


def _leads(problem: Problem, rules: ProblemRules) -> Post | None:
    """The post of its level, or the head of its unit."""
    level = rules.ladder[min(problem.level, len(rules.ladder) - 1)] if rules.ladder else None
    if level is not None and level.post:
        return next(iter(rung_posts(level, problem.county)), None)
    return Post.objects.filter(unit=problem.owner_unit_id, role=Role.UNIT_HEAD, active=True).order_by("pk").first()


HABITS = (Habit("handling", 9, nothing_kept, handle), Habit("problems", 10, begin, live))
