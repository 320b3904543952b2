from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer
from organization.units.models import Unit


def can_resume_some(user: User, county: Unit | int | None) -> Answer:
    """Put resumptions on file for rows of the list: office and units; each project is asked for besides."""
    if county is not None and user.holds(Role.OFFICE, *UNIT_ROLES, at=county):
        return YES
    return Answer(False, _("Resumptions are put on file by the unit that leads the project and by the command office"))
