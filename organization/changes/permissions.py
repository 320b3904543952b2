"""Who changes units: the administrator; the command office looks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_see_units(user: User, county: Unit | int | None) -> Answer:
    if user.holds(Role.ADMIN, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("The list of units is for the administrator and the command office."))


def can_change_units(user: User, county: Unit | int | None) -> Answer:
    if user.holds(Role.ADMIN, at=county):
        return YES
    return Answer(False, _("Only the administrator renames, moves, merges and closes units."))
