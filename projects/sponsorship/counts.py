"""At how many projects the person owes a visit."""

from __future__ import annotations

from django.utils import timezone

from organization.people.models import User
from organization.permissions import Answer
from projects.sponsorship import pages
from projects.sponsorship.permissions import can_see_gaps


def to_visit(user: User) -> int:
    if user.county is None:
        return 0
    return sum(len(debt.projects) for debt in pages.debts(user.county, timezone.localdate(), person=user))


def sees_gaps(user: User) -> Answer:
    """Whether the menu has a line for them."""
    return can_see_gaps(user, user.county) if user.county else Answer(False)
