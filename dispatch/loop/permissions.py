from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.loop.rules import LoopRules
from organization.people.models import User
from organization.permissions import YES, Answer
from organization.profiles.rules import rules_of
from organization.units.models import Unit


def can_see_loop(user: User, county: Unit | None) -> Answer:
    """Everybody of the county, each their own projects, where the county dispatches so."""
    if county is None or user.county != county:
        return Answer(False, _("Your account belongs to no county yet"))
    if not rules_of(county)[LoopRules].enabled:
        return Answer(False, _("This county doesn't dispatch by the closed loop"))
    return YES


def sees_loop(user: User) -> Answer:
    """Whether the menu has a line for it."""
    return can_see_loop(user, user.county)
