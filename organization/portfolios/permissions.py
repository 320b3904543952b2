"""Who says what a leader answers for: the command office and the administrator; leaders look."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_see_portfolios(user: User, county: Unit | int | None) -> Answer:
    if user.holds(Role.ADMIN, Role.OFFICE, Role.LEADER, at=county):
        return YES
    return Answer(False, _("The list of portfolios is for leaders, the command office and the administrator."))


def can_change_portfolio(user: User, county: Unit | int | None) -> Answer:
    if user.holds(Role.ADMIN, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Only the command office and the administrator change portfolios."))
