from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_publish_ranking(user: User, county: Unit) -> Answer:
    """Publish a month's ranking, and put a correction beside it: the office."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office publishes rankings."))
