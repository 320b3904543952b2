"""How many approvals of the desk are still to be given."""

from __future__ import annotations

from organization.people.models import User
from projects.approvals.models import ApprovalItem
from projects.approvals.permissions import kinds_of


def to_give(user: User) -> int | None:
    if user.county is None or user.is_office_of(user.county) or not (kinds := kinds_of(user, user.county)):
        return None
    return ApprovalItem.objects.of_county(user.county).outstanding().filter(kind__in=list(kinds)).count()
