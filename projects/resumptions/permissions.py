from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import Done
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer
from organization.units.models import Unit
from projects.many.permissions import heads_office


def can_resume_some(user: User, county: Unit | int | None) -> Answer:
    """Put resumptions on file for rows of the list: office and units; each project is asked for besides."""
    if county is not None and user.holds(Role.OFFICE, *UNIT_ROLES, at=county):
        return YES
    return Answer(False, _("Resumptions are put on file by the unit that leads the project and by the command office"))


def can_take_back(user: User, done: Done) -> Answer:
    """Take back resumptions of many rows: who put them on file, and the head of the command office."""
    if (done.by_id == user.pk and can_resume_some(user, done.county)) or heads_office(user, done.county):
        return YES
    said = _("Taken back by %(who)s, who did it, or by the head of the command office")
    return Answer(False, said % {"who": done.by})
