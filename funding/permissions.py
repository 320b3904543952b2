"""Who may do what with bids for funds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from funding.models import Bid
from organization.models import Role, Unit, User
from organization.permissions import UNIT_ROLES, YES, Answer, is_office, units_of


def _works_for(user: User, unit: Unit) -> bool:
    return any(unit.path.startswith(own.path) for own in units_of(user, *UNIT_ROLES))


def can_add_bid(user: User, unit: Unit | None = None) -> Answer:
    """The office and finance for all units, officers and unit heads for their own."""
    if user.county is None or (unit is not None and unit.county_id != user.county.pk):
        return Answer(False, _("Only people of the county put bids on file"))
    if is_office(user) or user.has_role(Role.FINANCE):
        return YES
    if user.has_role(*UNIT_ROLES) and (unit is None or _works_for(user, unit)):
        return YES
    return Answer(False, _("Bids are put on file by the unit that applies, by finance or by the command office"))


def can_edit_bid(user: User, bid: Bid) -> Answer:
    """Facts, amounts, steps: the office, finance, and the applying unit's officer and head."""
    same = user.county is not None and user.county.pk == bid.county_id
    if same and (is_office(user) or user.has_role(Role.FINANCE) or _works_for(user, bid.unit)):
        return YES
    return Answer(
        False, _("Only %(unit)s, finance and the command office change this bid") % {"unit": bid.unit.short_name}
    )
