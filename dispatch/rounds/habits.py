"""Rounds in the replayed year: now and then a unit asks for more days, and the office doesn't need a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from core.days.office import local_day
from core.habits import Day, Habit, Scene
from dispatch.rounds.models import Round, RoundRow
from dispatch.rounds.rows import services as rows
from organization.units.models import Unit

WHYS = ("连日下雨，现场数据要复核", "施工单位换人，正在交接", "监理月报还没有签")
SPARED = ("停工整改，本周没有进展", "冬季停工", "已报专报，本次不重复报")


@dataclass
class Kept:
    """The rounds about which somebody has asked."""

    rounds: set[int]


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept(set())


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """About every third week a unit asks for two days more and is answered at once; a row isn't needed as often."""
    opened = Round.objects.still_open(scene.county).exclude(kind=Round.Kind.MONTHLY)
    for one in opened.filter(due_at__gt=day.now).order_by("pk"):
        if one.pk in kept.rounds:
            continue
        kept.rounds.add(one.pk)
        owing = list(RoundRow.objects.missing_in(one).order_by("pk").values_list("pk", "unit"))
        if not owing or dice.random() >= 0.35:
            continue
        row, unit = dice.choice(owing)
        officer = scene.officers.get(unit)
        with scene.tries.step("rounds.more_days"):
            if officer is not None:
                until = local_day(one.due_at) + timedelta(days=2)
                asked = rows.ask_more_days(
                    one, Unit.objects.get(pk=unit), until=until, reason=dice.choice(WHYS), by=officer, now=day.now
                )
                rows.answer_more_days(asked, until=until, by=scene.office, now=day.now)
        with scene.tries.step("rounds.spare"):
            rows.spare(one, [row], by=scene.office, now=day.now, reason=dice.choice(SPARED))


HABITS = (Habit("rounds", 39, begin, live),)
