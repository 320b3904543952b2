"""What supervision sees in the replayed year, and how units answer: most in time, some late, a few not at all."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from core.habits import Day, Habit, Scene
from organization.people.models import Role
from organization.people.recipients import holders
from projects.registry.models import STARTED_STAGES, Project
from projects.supervision.models import SupervisionNote
from projects.supervision.services import answer_supervision, note_supervision

SEEN = (
    "现场作业面只有一个班组，与报送的形象进度不符，请说明",
    "裸土未覆盖，围挡有缺口，请整改",
    "现场无人施工，请说明停工原因和复工时间",
    "项目公示牌内容不全，请补齐",
)
DONE = ("已整改到位，照片存档", "已增派班组，本周内恢复正常进度", "材料到货延误，下周一复工")


def begin(scene: Scene, dice: Random) -> None:
    return None


def live(kept: None, scene: Scene, day: Day, dice: Random) -> None:
    """About one visit a week; what wants an answer has ten days."""
    inspector = next(iter(holders(scene.county, Role.SUPERVISION)), None)
    if inspector is not None and dice.random() < 0.15:
        running = Project.objects.filter(county=scene.county, stage__in=STARTED_STAGES, completed_on=None).active()
        if projects := list(running.order_by("pk")):
            wanted = day.on + timedelta(days=10) if dice.random() < 0.75 else None
            note_supervision(
                dice.choice(projects), text=dice.choice(SEEN), by=inspector, on=day.on, now=day.now, answer_by=wanted
            )
    owed = SupervisionNote.objects.owed().filter(project__county=scene.county, on__lt=day.on)
    for note in owed.select_related("project").order_by("pk"):
        officer = scene.officers.get(note.project.lead_unit_id)
        if officer is not None and dice.random() < 0.07:
            answer_supervision(note, text=dice.choice(DONE), by=officer, now=day.now)


HABITS = (Habit("supervision", 30, begin, live),)
