from __future__ import annotations

from organization.people.models import User
from outbox.runs import unread


def notices(user: User) -> tuple[int, bool]:
    """What the person was told and has not read."""
    return unread(user.pk), False
