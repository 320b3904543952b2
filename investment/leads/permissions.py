"""Who may do what with leads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from investment.leads.models import Lead
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import Unit

FOLLOWING = (*UNIT_ROLES, Role.SQUAD)


def can_add_lead(user: User, county: Unit | int | None, squad: Unit | None = None) -> Answer:
    """The office and investment promotion for all of *county*, squads and units for their own."""
    place = county.pk if isinstance(county, Unit) else county
    if place is None or not user.roles_in(place) or (squad is not None and squad.county_id != place):
        return Answer(False, _("Only people of the county put leads on file"))
    if user.holds(Role.OFFICE, Role.INVESTMENT, at=place):
        return YES
    if user.holds(*FOLLOWING, at=place) and (squad is None or works_for(user, squad, *FOLLOWING)):
        return YES
    return Answer(
        False, _("Leads are put on file by the squad that follows them, by investment promotion or the office")
    )


def can_edit_lead(user: User, lead: Lead) -> Answer:
    """Facts and steps: the office, investment promotion, and the squad or unit that follows it."""
    if user.holds(Role.OFFICE, Role.INVESTMENT, at=lead.county_id) or works_for(user, lead.squad, *FOLLOWING):
        return YES
    return Answer(
        False,
        _("Only %(unit)s, investment promotion and the office change this lead") % {"unit": lead.squad.short_name},
    )


def can_land(user: User, lead: Lead) -> Answer:
    """Make a signed lead a project: who may put a project of that unit on file, the office or its officer and head."""
    if user.is_office_of(lead.county_id) or works_for(user, lead.landing_unit):
        return YES
    unit = lead.landing_unit.short_name if lead.landing_unit else _("the unit where it lands")
    return Answer(False, _("The project is put on file by %(unit)s or the command office") % {"unit": unit})
