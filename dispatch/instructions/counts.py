from __future__ import annotations

from dispatch.instructions.permissions import can_see_instructions
from organization.people.models import User
from organization.permissions import Answer


def sees_instructions(user: User) -> Answer:
    """Whether the menu has a line for them."""
    return can_see_instructions(user, user.county) if user.county else Answer(False)
