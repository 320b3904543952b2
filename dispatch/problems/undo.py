from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from core.undo import Undo
from dispatch.problems import services
from dispatch.problems.handling import services as handling
from dispatch.problems.handling.permissions import can_unmerge
from dispatch.problems.models import Problem
from dispatch.problems.permissions import can_reopen
from organization.people.models import User


def _reopen(problem: Problem, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.reopen(problem, by=by, now=now, reason=reason, version=version)


def _unmerge(problem: Problem, *, by: User, now: datetime, reason: str, version: int) -> None:
    handling.unmerge(problem, by=by, now=now, reason=reason, version=version)


def _page(problem: Problem) -> str:
    return reverse("dispatch:problem", args=[problem.pk])


UNDO = (
    Undo(
        "problem_closed",
        find=Problem.objects.visible_to,
        can=can_reopen,
        do=_reopen,
        page=_page,
    ),
    Undo("problem_merged", find=Problem.objects.visible_to, can=can_unmerge, do=_unmerge, page=_page),
)
