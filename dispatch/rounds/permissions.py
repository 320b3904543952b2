from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit


def can_fill_week(user: User, unit: Unit) -> Answer:
    if user.is_office_of(unit.county_id) or works_for(user, unit):
        return YES
    return Answer(False, _("Only %(unit)s fills in its weekly report.") % {"unit": unit})


def can_see_rounds(user: User, county: Unit | int | None) -> Answer:
    """Who has reported and who hasn't is no secret within a county."""
    return YES if user.roles_in(county) else Answer(False, _("You hold no post in this county."))


def can_chase(user: User, county: Unit | int | None) -> Answer:
    return YES if user.is_office_of(county) else Answer(False, _("Only the office chases reports."))


def can_close_round(user: User, county: Unit | int | None) -> Answer:
    return YES if user.is_office_of(county) else Answer(False, _("Only the office closes a round."))
