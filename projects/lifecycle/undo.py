from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from core.undo import Undo
from organization.people.models import User
from projects.lifecycle import services
from projects.lifecycle.permissions import can_suspend
from projects.registry.models import Project


def _resume(project: Project, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.resume(project, by=by, on=timezone.localdate(now), now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "project_suspended",
        find=Project.objects.visible_to,
        can=can_suspend,
        do=_resume,
        page=lambda project: reverse("projects:page", args=[project.pk]),
    ),
)
