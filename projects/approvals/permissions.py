from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit
from projects.registry.permissions import authorities


def kinds_of(user: User, county: Unit) -> dict[str, Unit]:
    """The kinds of approvals that *user* puts on file at the desk, with the unit that gives each: those of the own
    unit; all of them for the command office, which looks."""
    given = authorities(county)
    if user.is_office_of(county):
        return given
    return {kind: unit for kind, unit in given.items() if works_for(user, unit, Role.APPROVER)}


def can_see_approvals(user: User, county: Unit) -> Answer:
    """The desk of approvals: approvers, and the command office."""
    if user.holds(Role.APPROVER, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Only approvers and the command office see the approvals that are missing"))
