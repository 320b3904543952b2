"""Who may do what with squads; everybody of the county may read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_manage_squads(user: User, county: Unit | int | None) -> Answer:
    """Form, change and end the squads of *county*: its command office and its administrator."""
    if county is not None and user.holds(Role.OFFICE, Role.ADMIN, at=county):
        return YES
    return Answer(False, _("Only the command office and the administrator form and change squads"))
