"""Who may do what with leads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from investment.models import Lead
from organization.models import Role, Unit, User
from organization.permissions import UNIT_ROLES, YES, Answer, is_office, units_of

FOLLOWING = (*UNIT_ROLES, Role.SQUAD)


def _works_for(user: User, unit: Unit | None, *roles: str) -> bool:
    return unit is not None and any(unit.path.startswith(own.path) for own in units_of(user, *roles))


def can_add_lead(user: User, squad: Unit | None = None) -> Answer:
    """The office and investment promotion for all, squads and units for their own."""
    if user.county is None or (squad is not None and squad.county_id != user.county.pk):
        return Answer(False, _("Only people of the county put leads on file"))
    if is_office(user) or user.has_role(Role.INVESTMENT):
        return YES
    if user.has_role(*FOLLOWING) and (squad is None or _works_for(user, squad, *FOLLOWING)):
        return YES
    return Answer(
        False, _("Leads are put on file by the squad that follows them, by investment promotion or the office")
    )


def can_edit_lead(user: User, lead: Lead) -> Answer:
    """Facts and steps: the office, investment promotion, and the squad or unit that follows it."""
    same = user.county is not None and user.county.pk == lead.county_id
    if same and (is_office(user) or user.has_role(Role.INVESTMENT) or _works_for(user, lead.squad, *FOLLOWING)):
        return YES
    return Answer(
        False,
        _("Only %(unit)s, investment promotion and the office change this lead") % {"unit": lead.squad.short_name},
    )


def can_land(user: User, lead: Lead) -> Answer:
    """Make a signed lead a project: who may put a project of that unit on file, the office or its officer and head."""
    same = user.county is not None and user.county.pk == lead.county_id
    if same and (is_office(user) or _works_for(user, lead.landing_unit, *UNIT_ROLES)):
        return YES
    unit = lead.landing_unit.short_name if lead.landing_unit else _("the unit where it lands")
    return Answer(False, _("The project is put on file by %(unit)s or the command office") % {"unit": unit})
