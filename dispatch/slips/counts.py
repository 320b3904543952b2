from __future__ import annotations

from dispatch.slips.permissions import can_see_slips
from organization.people.models import User
from organization.permissions import Answer


def sees_slips(user: User) -> Answer:
    """Whether the menu has a line for them."""
    return can_see_slips(user, user.county) if user.county else Answer(False)
