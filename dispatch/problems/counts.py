from __future__ import annotations

from dispatch.problems.models import Problem
from organization.people.models import User


def problems(user: User) -> tuple[int, bool]:
    """The open problems that the person sees."""
    return Problem.objects.visible_to(user).open().count(), False
