"""How the office keeps lists by hand in the replayed year: in the first weeks it puts the larger projects on them,
later it moves some, each time with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from core.habits import Day, Habit, Scene
from projects.registry.models import Project
from projects.rosters.models import Listed, Roster
from projects.rosters.services import put_on, stamps, take_off

SHARE = (0.15, 0.35)  # of the projects, on a list
ENTERED = ("年初确定，列入全年调度", "经县政府常务会研究，列入本清单", "牵头单位申报，符合条件")
ADDED = ("新开工，补充列入", "调度会议定补充列入", "前期手续办齐，列入")
PAPERS = ("政办发〔{year}〕{n}号", "县政府专题会议纪要〔{year}〕{n}期", "县重点项目建设指挥部第{n}次调度会议纪要")
LEFT = ("已完成年度任务，调出", "投资主体变更，暂不具备条件", "调整到其他清单")


@dataclass
class Kept:
    waiting: list[Roster] = field(default_factory=list)  # lists that nothing was put on yet
    lists: list[Roster] = field(default_factory=list)


def begin(scene: Scene, dice: Random) -> Kept:
    lists = list(Roster.objects.of(scene.county, scene.start.year).by_hand())
    return Kept(list(lists), lists)


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """A list a day until each has its projects; then now and then one comes, and now and then one goes."""
    if day.on.year != scene.start.year:
        return
    if kept.waiting:
        _fill(kept.waiting.pop(0), scene, day, dice)
    elif kept.lists and dice.random() < 0.12:
        _move(dice.choice(kept.lists), scene, day, dice)


def _fill(roster: Roster, scene: Scene, day: Day, dice: Random) -> None:
    there = list(Project.objects.filter(county=scene.county).active().order_by("pk"))
    there.sort(key=lambda one: -(one.total_investment or 0))
    number = max(1, round(len(there) * dice.uniform(*SHARE)))
    chosen = dice.sample(there[: max(1, 2 * number)], min(number, len(there)))
    _put(roster, chosen, scene, day, dice.choice(ENTERED))


def _move(roster: Roster, scene: Scene, day: Day, dice: Random) -> None:
    on = list(Listed.objects.filter(roster=roster).on(day.on).order_by("pk").values_list("project", flat=True))
    if on and dice.random() < 0.4:
        chosen = [dice.choice(on)]
        with scene.tries.step("list off"):
            take_off(
                scene.county, roster=roster, on=day.on, version=stamps(chosen), by=scene.office, now=day.now,
                reason=dice.choice(LEFT), document=_paper(day),
            )  # fmt: skip
        return
    ever = roster.stays.values("project")
    others = Project.objects.filter(county=scene.county).active().exclude(pk__in=ever).order_by("pk")
    if found := list(others):
        _put(roster, [dice.choice(found)], scene, day, dice.choice(ADDED))


def _paper(day: Day) -> str:
    """What decided it: one a day, without a throw of the dice."""
    year, n = day.on.year, day.on.timetuple().tm_yday
    return PAPERS[n % len(PAPERS)].format(year=year, n=1 + n // 7)


def _put(roster: Roster, projects: list[Project], scene: Scene, day: Day, reason: str) -> None:
    if not projects:
        return
    with scene.tries.step("list on"):
        put_on(
            scene.county, roster=roster, on=day.on, version=stamps(one.pk for one in projects), by=scene.office,
            now=day.now, reason=reason, document=_paper(day),
        )  # fmt: skip


HABITS = (Habit("rosters", 70, begin, live),)
