"""How much waits at the desk of entries."""

from __future__ import annotations

from organization.people.models import User
from projects.entries.models import EntryProposal
from projects.registry.permissions import can_confirm_entry


def to_confirm(user: User) -> int | None:
    if user.county is None or not can_confirm_entry(user, user.county):
        return None
    return EntryProposal.objects.waiting().filter(project__county=user.county).count()
