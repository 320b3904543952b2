"""Who may do what with bids for funds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from funding.bids.models import Bid
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import Unit


def can_add_bid(user: User, county: Unit | int | None, unit: Unit | None = None) -> Answer:
    """The office and finance for all units of *county*, officers and unit heads for their own."""
    place = county.pk if isinstance(county, Unit) else county
    if place is None or not user.roles_in(place) or (unit is not None and unit.county_id != place):
        return Answer(False, _("Only people of the county put bids on file"))
    if user.holds(Role.OFFICE, Role.FINANCE, at=place):
        return YES
    if user.holds(*UNIT_ROLES, at=place) and (unit is None or works_for(user, unit)):
        return YES
    return Answer(False, _("Bids are put on file by the unit that applies, by finance or by the command office"))


def can_edit_bid(user: User, bid: Bid) -> Answer:
    """Facts, amounts, steps: the office, finance, and the applying unit's officer and head."""
    if user.holds(Role.OFFICE, Role.FINANCE, at=bid.county_id) or works_for(user, bid.unit):
        return YES
    return Answer(
        False, _("Only %(unit)s, finance and the command office change this bid") % {"unit": bid.unit.short_name}
    )
