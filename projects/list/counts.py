from __future__ import annotations

from organization.people.models import User
from projects.registry.models import Project


def visible(user: User) -> int:
    return Project.objects.visible_to(user).active().count()


def sponsored(user: User) -> int:
    return Project.objects.sponsored_by(user).active().count()
