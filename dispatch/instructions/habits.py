"""How leaders ask in the replayed year, and how units answer: most in time, some late, the newest not yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from core.habits import Day, Habit, Scene
from dispatch.instructions import services as instructions
from dispatch.instructions.models import Instruction, Kind, Status
from dispatch.instructions.permissions import leaders_posts
from dispatch.instructions.rules import InstructionRules
from dispatch.instructions.silent import RED
from organization.people.models import Role, User
from organization.people.recipients import holders
from organization.profiles.rules import rules_of
from projects.models import Project, ProjectMonth
from projects.reports.months import latest_period
from projects.rules import LightRules

ASKED = {  # what leaders write, and what is answered to it
    "进度滞后较多，主要卡在哪里？": "主要是施工班组不足，已增派两个班组，月底前补上差额",
    "请牵头单位拿出追赶进度的办法，倒排到周": "已倒排工期，每周五报一次完成情况，下月底追平序时",
    "资金到位了没有？差多少，什么时候能到？": "首笔款已拨付，余款正在走审批，预计十个工作日内到账",
    "手续还差哪几项，谁在办？": "还差施工许可一项，专人在政务大厅跟办，本周内可以取得",
}
AGAIN = "时间再往前赶，请明确到哪一天"
BY_WORD = "调度会上指出进度滞后，请一周内报整改措施"  # which the office enters
LAST = timedelta(days=3)  # what is asked during the last days isn't answered when the replay ends
NEAR = timedelta(days=14)


@dataclass
class Kept:
    asked: int = 0  # of the questions of the last weeks, which are always asked: one is answered, one is not


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    if not rules_of(scene.county)[InstructionRules].enabled:
        return
    leaders = holders(scene.county, Role.LEADER)
    wanted = (day.on > scene.end - NEAR) + (day.on > scene.end - LAST)
    must = kept.asked < wanted
    if leaders and (must or dice.random() < 0.1) and (red := _unasked(scene, day, must=must)):
        kept.asked = max(kept.asked, wanted)
        _ask(dice.choice(leaders), *dice.choice(red), scene, day, dice)
    standing = Instruction.objects.filter(county=scene.county, asked_on__lt=day.on).standing().with_subject()
    for one in standing.order_by("pk"):
        if one.status == Status.ANSWERED:
            _settle(one, day, dice)
        elif one.is_pursued and one.asked_on <= scene.end - LAST:
            _answer(one, scene, day, dice)


def _unasked(scene: Scene, day: Day, *, must: bool) -> list[tuple[int, str]]:
    """The red projects that were asked about least, with their lights: nobody asks a second time while the first
    question stands, unless one *must* be asked."""
    period = latest_period(scene.county, day.on)
    rows = ProjectMonth.objects.of(scene.county, period).with_light(period, rules_of(scene.county)[LightRules])
    red = list(rows.filter(light__in=RED).order_by("project_id").values_list("project_id", "light"))
    asked = Instruction.objects.filter(county=scene.county, project__in=[pk for pk, _light in red])
    waiting = set(asked.standing().values_list("project", flat=True))
    if free := [one for one in red if one[0] not in waiting]:
        red = free
    elif not must:
        return []
    times = Counter(asked.values_list("project", flat=True))
    fewest = min((times[pk] for pk, _light in red), default=0)
    return [one for one in red if times[one[0]] == fewest]


def _ask(leader: User, pk: int, light: str, scene: Scene, day: Day, dice: Random) -> None:
    """On a red project; now and then the office enters what a leader said at a meeting."""
    project = Project.objects.get(pk=pk)
    sponsor = project.sponsors.select_related("post__holder").first()
    if sponsor and sponsor.post.holder and dice.random() < 0.6:
        leader = sponsor.post.holder
    told: dict[str, Any] = {"on": day.on, "now": day.now}
    with scene.tries.step("instruct"):
        if dice.random() < 0.2:
            post = leaders_posts(leader, scene.county)[0]
            instructions.instruct(
                project, text=BY_WORD, kind=Kind.INSTRUCTION, by=scene.office, post=post, workdays=5, **told
            )
        else:
            text = dice.choice(list(ASKED))
            instructions.instruct(project, text=text, light=light, by=leader, **told)


def _answer(one: Instruction, scene: Scene, day: Day, dice: Random) -> None:
    officer = scene.officers.get(one.unit.pk)
    if officer is not None and (dice.random() < 0.45 or day.on > scene.end - LAST):
        text = ASKED.get(one.text, "已组织专题研究，整改措施报送办公室，按周推进")
        instructions.answer_instruction(one, text=text, by=officer, now=day.now)


def _settle(one: Instruction, day: Day, dice: Random) -> None:
    holder = one.post.holder
    if holder is None or dice.random() > 0.35:
        return
    if dice.random() < 0.2:
        instructions.ask_again(one, text=AGAIN, by=holder, now=day.now)
    else:
        instructions.accept_answer(one, by=holder, now=day.now)


HABITS = (Habit("instructions", 40, begin, live),)
