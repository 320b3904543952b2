"""Who leads a project: its sponsoring leaders, the first first."""

from __future__ import annotations

from collections.abc import Collection

from core.due import Leading
from organization.people.models import User
from projects.registry.models import Sponsor


def _sponsors(projects: Collection[int]) -> dict[int, list[User]]:
    rows = Sponsor.objects.filter(project__in=projects, post__active=True, post__holder__is_active=True)
    found: dict[int, list[User]] = {}
    for row in rows.select_related("post__holder").order_by("project", "position", "pk"):
        if row.post.holder is not None:
            found.setdefault(row.project_id, []).append(row.post.holder)
    return found


LEDBY = (Leading("sponsors", _sponsors),)
