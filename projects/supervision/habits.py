"""What supervision sees in the replayed year, and how units answer: most in time, some late, a few not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from core.habits import Day, Habit, Scene
from organization.people.models import Role
from organization.people.recipients import holders
from projects.registry.models import STARTED_STAGES, Project
from projects.supervision.models import SupervisionNote
from projects.supervision.services import answer_supervision, note_supervision

SEEN = {  # what is noted, and what is answered to it
    "现场作业面只有一个班组，与报送的形象进度不符，请说明": "已增派两个班组，本周内恢复正常进度",
    "裸土未覆盖，围挡有缺口，请整改": "已覆盖、补齐围挡，整改照片存档",
    "现场无人施工，请说明停工原因和复工时间": "材料到货延误停工，下周一复工",
    "项目公示牌内容不全，请补齐": "公示牌已补齐五方责任人和监督电话",
}
LEFT_LYING = timedelta(days=12)  # what is noted during the last ones isn't answered when the replay ends


@dataclass
class Kept:
    last: bool = False  # whether those days have begun


def begin(scene: Scene, dice: Random) -> Kept:
    return Kept()


def live(kept: Kept, scene: Scene, day: Day, dice: Random) -> None:
    """About one visit a week; what wants an answer has ten days. The last days begin with one that wants it sooner."""
    inspector = next(iter(holders(scene.county, Role.SUPERVISION)), None)
    closing = not kept.last and day.on > scene.end - LEFT_LYING
    kept.last = kept.last or closing
    if inspector is not None and (closing or dice.random() < 0.15):
        running = Project.objects.filter(county=scene.county, stage__in=STARTED_STAGES, completed_on=None).active()
        if projects := list(running.order_by("pk")):
            wanted = day.on + timedelta(days=5 if closing else 10) if closing or dice.random() < 0.75 else None
            about, text = dice.choice(projects), dice.choice(list(SEEN))
            note_supervision(about, text=text, by=inspector, on=day.on, now=day.now, answer_by=wanted)
    owed = SupervisionNote.objects.owed().filter(project__county=scene.county, on__lt=day.on)
    for note in owed.filter(on__lte=scene.end - LEFT_LYING).select_related("project").order_by("pk"):
        officer = scene.officers.get(note.project.lead_unit_id)
        if officer is not None and dice.random() < 0.07:
            answer_supervision(note, text=SEEN[note.text], by=officer, now=day.now)


HABITS = (Habit("supervision", 30, begin, live),)
