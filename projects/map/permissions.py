from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_draw_outline(user: User, county: Unit) -> Answer:
    """The office's."""
    if user.holds(Role.OFFICE, at=county):
        return YES
    return Answer(False, _("The county's outline is set by the office"))
