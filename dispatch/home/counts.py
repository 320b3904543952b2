"""How many of what, for the navigation (`core.navigation` keeps them for a minute)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from core.due import DueItem, due_items
from organization.people.models import User


def items_of(user: User, now: datetime) -> list[DueItem]:
    """What *user* has to do; asked for once a request, since home page and navigation both want it."""
    if user.county is None:
        return []
    known = vars(user).setdefault("_due_items", {})
    if now not in known:
        known.clear()
        known[now] = due_items(user.county, now, person=user)
    return list(known[now])


def to_do(user: User) -> tuple[int, bool]:
    """What the person has to do, and whether some of it is late."""
    now = next(iter(vars(user).get("_due_items", {})), None) or timezone.now()
    items = items_of(user, now)
    return len(items), any(item.due_at is not None and item.due_at < now for item in items)
