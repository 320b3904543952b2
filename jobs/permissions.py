from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_see_jobs(user: User, county: Unit | int | None) -> Answer:
    if user.holds(Role.OFFICE, Role.ADMIN, at=county):
        return YES
    return Answer(False, _("Only the office and administrators see what runs by itself."))
