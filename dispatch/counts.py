"""How many of what, for the navigation (`core.navigation` keeps them for a minute)."""

from __future__ import annotations

from django.utils import timezone

from dispatch.due import due_items
from dispatch.models import Problem
from dispatch.services.jobs import unread
from organization.models import User


def to_do(user: User) -> tuple[int, bool]:
    """What the person has to do, and whether some of it is late."""
    if user.county is None:
        return 0, False
    now = timezone.now()
    items = due_items(user.county, now, person=user)
    return len(items), any(item.due_at is not None and item.due_at < now for item in items)


def problems(user: User) -> tuple[int, bool]:
    """The open problems that the person sees."""
    return Problem.objects.visible_to(user).open().count(), False


def notices(user: User) -> tuple[int, bool]:
    """What the person was told and has not read."""
    return unread(user.pk), False
