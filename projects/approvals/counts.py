"""How many projects lack an approval of the desk's kinds."""

from __future__ import annotations

from organization.people.models import User
from projects.approvals.pages import lacking
from projects.approvals.permissions import kinds_of
from projects.registry.models import Project


def to_give(user: User) -> int | None:
    if user.county is None or user.is_office_of(user.county) or not (kinds := kinds_of(user, user.county)):
        return None
    return lacking(Project.objects.filter(county=user.county), kinds).count()
