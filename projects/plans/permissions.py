from __future__ import annotations

from django.utils.translation import gettext as _

from core.models import Done
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import Unit


def can_fill_plans(user: User, county: Unit | None, unit: Unit | None = None) -> Answer:
    """The year's plans in one grid: the office for every unit, officers and unit heads for their own."""
    if county is not None and user.is_office_of(county):
        return YES
    if county is not None and (works_for(user, unit) if unit else user.holds(*UNIT_ROLES, at=county)):
        return YES
    return Answer(False, _("Only the unit that leads a project and the command office fill in its plan"))


def can_take_back_filled(user: User, done: Done) -> Answer:
    """Who filled them in, and the office; each plan is asked for again."""
    if done.by_id == user.pk or (done.county and user.holds(Role.OFFICE, at=done.county)):
        return YES
    return Answer(False, _("Only who filled in these plans and the command office take that back"))
