from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import Done
from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit
from projects.many.permissions import heads_office


def can_compare(user: User, county: Unit | int | None) -> Answer:
    """Bring an export of the national platform: the command office and who gives approvals. Each row is asked for
    besides."""
    if county is not None and user.holds(Role.OFFICE, Role.APPROVER, at=county):
        return YES
    return Answer(False, _("Only approvers and the command office compare the approval platform's exports"))


def can_take_back(user: User, done: Done) -> Answer:
    """Take back what was written of an export: who did it, and the head of the command office."""
    if (done.by_id == user.pk and can_compare(user, done.county)) or heads_office(user, done.county):
        return YES
    said = _("Taken back by %(who)s, who did it, or by the head of the command office")
    return Answer(False, said % {"who": done.by})
