from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_gather(user: User, county: Unit | int | None) -> Answer:
    """Take over what units sent back by chat: the office, which may fill in for every unit."""
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office gathers what units send back."))
