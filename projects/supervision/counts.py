"""How many notes of supervision wait for an answer."""

from __future__ import annotations

from organization.people.models import User
from projects.supervision.models import SupervisionNote


def unanswered(user: User) -> int:
    return SupervisionNote.objects.visible_to(user).owed().count()
