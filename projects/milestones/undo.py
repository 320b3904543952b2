from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.milestones import services
from projects.milestones.models import Schedule
from projects.milestones.permissions import can_schedule


def _find(user: User) -> QuerySet[Schedule]:
    return Schedule.objects.visible_to(user).select_related("project__lead_unit")


def _can(user: User, schedule: Schedule) -> Answer:
    return can_schedule(user, schedule.project)


def _back(schedule: Schedule, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.take_back(schedule, by=by, now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "schedule_changed",
        find=_find,
        can=_can,
        do=_back,
        page=lambda schedule: reverse("projects:schedule", args=[schedule.project_id]),
    ),
)
