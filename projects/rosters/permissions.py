from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_keep_lists(user: User, county: Unit | int | None) -> Answer:
    """Make a list, change its rule, close it, put projects on it: the command office. Everybody sees lists, with the
    projects that they may see."""
    if user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office keeps the county's lists"))
