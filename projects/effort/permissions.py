from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_see_effort(user: User, county: Unit | int | None) -> Answer:
    """What filling in takes people: the office, which can ask for less."""
    return YES if user.is_office_of(county) else Answer(False, _("Only the office sees what filling in takes."))
