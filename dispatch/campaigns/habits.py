"""How a county lives its campaigns in the replayed year: the office opens what its document names, units split, report
and state what is done, some late; the office confirms most of it and gives some back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from core.habits import Day, Habit, Scene
from dispatch.campaigns import services as campaigns
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.handling import services as handling
from dispatch.campaigns.models import Campaign, Phase, Status, Task
from dispatch.campaigns.permissions import may_do_part
from dispatch.campaigns.rules import CampaignRules, Offered, day_of
from organization.profiles.rules import rules_of
from organization.squads.models import Squad
from organization.units.models import Unit

STANDS = (
    "已制定工作方案，明确到人",
    "按序时推进，台账已建立",
    "完成摸底，正在逐项核实",
    "存在差距，已加派力量",
    "主体内容完成，正在收尾",
)
RESULT = "任务完成，资料已归档"
MISSING = "清单与台账不一致，核对后再报"
LATER = "涉及单位多，核实需要时间"
HALVES = ("摸底核实", "汇总上报")


@dataclass
class Kept:
    waiting: list[Offered] = field(default_factory=list)
    ends: dict[int, date] = field(default_factory=dict)  # tasks, and when they will be stated as done


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept(list(rules_of(scene.county)[CampaignRules].offered))


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """On its first day it is opened; once a week units write, and the office looks at what was stated."""
    for offered in list(kept.waiting):
        if day_of(offered.first, day.on.year) <= day.on <= day_of(offered.last, day.on.year):
            kept.waiting.remove(offered)
            _open(offered, scene, day)
    weekday = day.on.weekday()
    if weekday in (1, 3):
        rows = Task.objects.filter(county=scene.county, campaign__closed_on=None)
        for task in rows.filter(status=Status.OPEN).whole().order_by("pk"):
            _work(kept, task, scene, day, dice)
    if weekday == 4:
        _check(scene, day, dice)


def _open(offered: Offered, scene: Scene, day: Day) -> None:
    year = day.on.year
    squad = Squad.objects.filter(unit__county=scene.county, unit__code=offered.squad).first()
    with scene.tries.step("campaign"):
        campaigns.open_campaign(
            scene.county,
            by=scene.office,
            now=day.now,
            offered=offered,
            name=offered.name,
            purpose=offered.purpose,
            document=offered.document,
            first_on=day_of(offered.first, year),
            last_on=day_of(offered.last, year),
            phases=[Phase(one.name, day_of(one.first, year), day_of(one.last, year)) for one in offered.phases],
            lead=Unit.objects.filter(county=scene.county).standing_for(offered.lead).first(),
            squad=squad,
        )


def _by(task: Task, scene: Scene) -> Any:
    holder = task.post.holder if task.post else None
    return holder or scene.officers.get(task.unit_id) or scene.office


def _work(kept: Kept, task: Task, scene: Scene, day: Day, dice: Random) -> None:
    """Most are done some days before theirs, some after; a few ask for more days while they can."""
    late = timedelta(days=dice.choice((-9, -6, -3, -1, 0, 2, 12)))
    end = kept.ends.setdefault(task.pk, task.due_on + late)
    by = _by(task, scene)
    if task.parent is None and task.target is None and not task.parts.exists() and dice.random() < 0.15:
        _split(task, scene, day)
        return
    if day.on >= end:
        if not task.parts.filter(status=Status.OPEN).exists():
            with scene.tries.step("campaign_task"):
                handling.finish_task(task, text=RESULT, number=task.target, by=by, now=day.now)
    elif end > task.due_on and day.on + timedelta(days=4) > task.due_on >= day.on and not task.asked_until:
        latest = task.parent.due_on if task.parent else task.campaign.last_on
        until = min(end, latest)
        if until > task.due_on:
            handling.ask_more_days(task, until=until, reason=LATER, by=by, now=day.now)
    elif dice.random() < 0.12:
        _report(task, end, by, day, dice)


def _report(task: Task, end: date, by: Any, day: Day, dice: Random) -> None:
    """As much as the days that have passed, a little less or more."""
    whole = max((end - task.campaign.first_on).days, 1)
    passed = max((day.on - task.campaign.first_on).days, 0)
    percent = min(95, 100 * passed // whole + dice.choice((-10, 0, 5)))
    percent = max(percent, task.percent, 0)
    number = (task.target * percent / 100).quantize(Decimal(1)) if task.target else None
    handling.report_task(task, text=dice.choice(STANDS), number=number, percent=percent, by=by, now=day.now)


def _split(task: Task, scene: Scene, day: Day) -> None:
    """Two parts, one after the other, for the unit's own people."""
    _units, posts = may_do_part(task, day.on)
    if not posts or task.due_on - timedelta(days=10) <= day.on:
        return
    by = scene.officers.get(task.unit_id) or scene.office
    for number, words in enumerate(HALVES):
        due = task.due_on - timedelta(days=7 * (len(HALVES) - 1 - number))
        giving.split_task(
            task, title=words, post=posts[number % len(posts)], due_on=due, target=None, measure="", by=by, now=day.now
        )


def _check(scene: Scene, day: Day, dice: Random) -> None:
    """The office confirms what was stated, gives a little back, answers who asks for more days, and ends what is
    over; a unit confirms its own parts."""
    rows = Task.objects.filter(county=scene.county, campaign__closed_on=None)
    for task in rows.filter(status=Status.DONE).whole().order_by("pk"):
        by = scene.office if task.parent is None else scene.officers.get(task.parent.unit_id) or scene.office
        stated = task.steps.filter(kind="done").order_by("-pk").values_list("by", flat=True).first()
        by = scene.office if stated == by.pk else by
        if stated == by.pk:
            continue
        if dice.random() < 0.08:
            due = min(max(task.due_on, day.on + timedelta(days=7)), task.campaign.last_on)
            if due >= day.on and (task.parent is None or due <= task.parent.due_on):
                handling.return_task(task, reason=MISSING, due_on=due, by=by, now=day.now)
            continue
        handling.confirm_task(task, by=by, now=day.now)
    for task in rows.filter(status=Status.OPEN, asked_until__isnull=False).whole().order_by("pk"):
        fits = task.parent is None or (task.asked_until is not None and task.asked_until <= task.parent.due_on)
        granted = fits and dice.random() < 0.7
        handling.answer_more_days(task, granted=granted, note="" if granted else MISSING, by=scene.office, now=day.now)
    over = Campaign.objects.filter(county=scene.county, closed_on=None, last_on__lt=day.on - timedelta(days=14))
    for campaign in over:
        campaigns.end_campaign(campaign, summary=RESULT, by=scene.office, now=day.now)


HABITS = (Habit("campaigns", 45, begin, live),)
