from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer, sees_whole_county
from organization.units.models import Unit


def can_see_day_lists(user: User, county: Unit | int | None) -> Answer:
    """Whoever sees all of the county's projects: a list names them all."""
    if county is not None and sees_whole_county(user, county):
        return YES
    return Answer(False, _("The lists of the day name all projects of the county: they aren't yours to see."))
