from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from core.undo import Undo
from dispatch.problems import services
from dispatch.problems.models import Problem
from dispatch.problems.permissions import can_reopen
from organization.people.models import User


def _reopen(problem: Problem, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.reopen(problem, by=by, now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "problem_closed",
        find=Problem.objects.visible_to,
        can=can_reopen,
        do=_reopen,
        page=lambda problem: reverse("dispatch:problem", args=[problem.pk]),
    ),
)
