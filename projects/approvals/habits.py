"""How approvals go in the replayed year: some are refused and submitted again, some go on with papers missing, one is
argued at a higher level and passes in the second round, the authorities review together what is for joint review, and
when the replay ends one is about to expire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from core.habits import Day, Habit, Scene
from organization.people.models import Role, User
from organization.people.recipients import holders
from organization.permissions import works_for
from organization.profiles.rules import rules_of
from projects.approvals import checks
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem, ApprovalItemQuerySet, ItemState
from projects.approvals.pages import standing_of
from projects.choices import Stage
from projects.registry import services as registry
from projects.registry.models import Approval
from projects.registry.permissions import authorities
from projects.rules import ApprovalRules

WHYS = ("申请表与图纸面积不一致，请核对后重报", "缺法人授权委托书，请补齐", "专家意见没有逐条回复，退回修改")
MISSING = "缺一份补正材料，先行受理，限期补齐"
FEEDBACK = "用能和产能替代方案论证不充分，按反馈意见完善后再报"
ARGUED = ("energy", "environment", "feasibility")
FIRST, SECOND = timedelta(days=14), timedelta(days=10)  # how long a round is out
AGAIN = timedelta(days=6)  # until what was refused is submitted again
LAST = timedelta(days=10)


@dataclass
class Kept:
    refused: dict[int, date] = field(default_factory=dict)  # by item
    argued: int = 0  # the item that is argued
    sent: date | None = None
    ended: bool = False


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    givers = _givers(scene)
    items = ApprovalItem.objects.of_county(scene.county).select_related("project__lead_unit", "project__county")
    _joint(items, givers, scene, day, dice)
    _papers(kept, items, givers, scene, day, dice)
    _argue(kept, items, scene, day)
    if not kept.ended and day.on > scene.end - LAST:
        kept.ended = True
        _about_to_expire(scene, day)


def _givers(scene: Scene) -> dict[str, User]:
    """Who gives which approval; the command office where the county names nobody."""
    people = holders(scene.county, Role.APPROVER)
    found = {}
    for kind, unit in authorities(scene.county).items():
        if one := next((person for person in people if works_for(person, unit, Role.APPROVER)), None):
            found[kind] = one
    return found


def _joint(items: ApprovalItemQuerySet, givers: dict[str, User], scene: Scene, day: Day, dice: Random) -> None:
    """What is for joint review is reviewed a week before its document comes, most of it."""
    for item in items.needed().obtained().filter(joint=True, joint_on=None).order_by("pk")[:6]:
        if dice.random() < 0.5:
            by = givers.get(item.kind, scene.office)
            approvals.change_item(item, by=by, now=day.now, joint_on=day.on)


def _papers(
    kept: Kept, items: ApprovalItemQuerySet, givers: dict[str, User], scene: Scene, day: Day, dice: Random
) -> None:
    """About once a week something that could start is refused or tolerated; what was refused is submitted again."""
    for item in items.filter(pk__in=[pk for pk, since in kept.refused.items() if since <= day.on - AGAIN]):
        del kept.refused[item.pk]
        officer = scene.officers.get(item.project.lead_unit_id)
        if officer is not None and item.state == ItemState.REFUSED:
            with scene.tries.step("approval submitted again"):
                approvals.set_item(item, state=ItemState.RESUBMITTED, by=officer, on=day.on, now=day.now)
    if dice.random() > 0.2:
        return
    found = [item for item in items.outstanding().filter(state=ItemState.OPEN).order_by("pk") if _can_start(item, day)]
    if not found:
        return
    item = dice.choice(found)
    by = givers.get(item.kind, scene.office)
    facts: dict[str, Any] = {"on": day.on, "now": day.now}
    officer = scene.officers.get(item.project.lead_unit_id)
    if officer is not None and not item.handler:
        item = approvals.change_item(
            item, by=officer, now=day.now, handler="项目专员", leader="分管负责人", measures="专人跟办，提前介入"
        )
    with scene.tries.step("approval refused or tolerated"):
        if dice.random() < 0.5:
            approvals.set_item(item, state=ItemState.REFUSED, by=by, reason=dice.choice(WHYS), **facts)
            kept.refused[item.pk] = day.on
        else:
            until = day.on + timedelta(days=30)
            approvals.set_item(item, state=ItemState.TOLERATED, by=by, until=until, reason=MISSING, **facts)


def _can_start(item: ApprovalItem, day: Day) -> bool:
    rules = rules_of(item.project.county)[ApprovalRules]
    standing = standing_of(item.project)
    return not checks.waits_for(rules.catalogue, item.kind, standing, item.project.started_on, day.on)


def _argue(kept: Kept, items: ApprovalItemQuerySet, scene: Scene, day: Day) -> None:
    """One approval is argued in the province: the first round fails, the second passes."""
    if kept.sent is None:
        open_ = items.outstanding().filter(state=ItemState.OPEN, kind__in=ARGUED).order_by("pk")
        if day.on < scene.start + timedelta(days=20) or (item := open_.first()) is None:
            return
        kept.argued, kept.sent = item.pk, day.on
        approvals.argue(item, level="province", by=scene.office, on=day.on, now=day.now)
        return
    item = items.filter(pk=kept.argued).first()
    if item is None or _there(item):
        return
    facts = {"by": scene.office, "on": day.on, "now": day.now}
    rounds = list(item.arguments.all())
    out = rounds[-1].answered_on is None
    if len(rounds) == 1 and out and day.on >= kept.sent + FIRST:
        approvals.answer_argument(item, passed=False, feedback=FEEDBACK, **facts)
    elif len(rounds) == 1 and not out and day.on >= kept.sent + FIRST + AGAIN:
        approvals.argue(item, level="province", **facts)
    elif len(rounds) == 2 and out and day.on >= kept.sent + FIRST + AGAIN + SECOND:
        approvals.answer_argument(item, passed=True, feedback="同意", **facts)


def _there(item: ApprovalItem) -> bool:
    return Approval.objects.filter(project=item.project_id, kind=item.kind).exists()


def _about_to_expire(scene: Scene, day: Day) -> None:
    """One document of a project that hasn't started ends soon: it was given for a short time."""
    found = Approval.objects.filter(project__county=scene.county, project__stage=Stage.PREWORK)
    one = found.select_related("project").order_by("pk").first()
    if one is not None:
        until = day.on + timedelta(days=25)
        registry.record_approval(
            one.project,
            kind=one.kind,
            obtained_on=one.obtained_on,
            document_number=one.document_number,
            valid_until=until,
            by=scene.office,
            now=day.now,
            reason="按批复原文更正有效期",
        )


HABITS = (Habit("approvals", 35, begin, live),)
