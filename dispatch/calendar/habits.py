"""How the replayed county does what its calendar says: what came of it is written down on the next working day."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from core.habits import Day, Habit, Scene
from dispatch.calendar import services as calendar
from dispatch.calendar.models import CalendarAct

CAME = {
    "meeting": "已开会，议定事项已转责任单位",
    "inspection": "已到现场察看，情况已反馈",
    "lot": "已按抽取的项目核查，未发现不实",
    "task": "已按要求完成",
}
NEWEST = timedelta(days=5)  # what comes last is still to be done when the replay ends


def begin(scene: Scene, dice: Random) -> date:
    """Until which day acts are done."""
    return scene.end - NEWEST


def live(until: date, scene: Scene, day: Day, dice: Random) -> None:
    acts = CalendarAct.objects.of(scene.county).filter(day__lt=day.on, day__lte=until, done_at=None, does__in=CAME)
    for act in acts.order_by("pk"):
        with scene.tries.step("calendar act"):
            calendar.finish(act, by=scene.office, now=day.now, note=CAME[act.does], version=act.version)


HABITS = (Habit("calendar", 45, begin, live),)
