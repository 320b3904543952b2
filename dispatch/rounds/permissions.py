from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import Unit
from projects.models import Project


def can_fill_week(user: User, unit: Unit) -> Answer:
    if user.is_office_of(unit.county_id) or works_for(user, unit):
        return YES
    return Answer(False, _("Only %(unit)s fills in its weekly report.") % {"unit": unit})


def can_see_rounds(user: User, county: Unit | int | None) -> Answer:
    """Who has reported and who hasn't is no secret within a county."""
    return YES if user.roles_in(county) else Answer(False, _("You hold no post in this county."))


def can_chase(user: User, county: Unit | int | None) -> Answer:
    return YES if user.is_office_of(county) else Answer(False, _("Only the office chases reports."))


def can_enter(user: User, project: Project) -> Answer:
    """Bring a project into an open round: the office, and who works for the unit that leads it."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    said = _("Only %(unit)s, which leads the project, and the command office bring it into a round.")
    return Answer(False, said % {"unit": project.lead_unit})


def can_bring_in(user: User, county: Unit | int | None) -> Answer:
    """Bring anything into an open round; which projects, `can_enter` says."""
    if user.is_office_of(county) or user.holds(*UNIT_ROLES, at=county):
        return YES
    return Answer(False, _("Only the units that lead projects and the command office bring them into a round."))


def can_close_round(user: User, county: Unit | int | None) -> Answer:
    return YES if user.is_office_of(county) else Answer(False, _("Only the office closes a round."))


def can_spare(user: User, county: Unit | int | None) -> Answer:
    """Say that a row isn't needed this time, or give one back."""
    return YES if user.is_office_of(county) else Answer(False, _("Only the office says what isn't needed this time."))


def can_ask_more_days(user: User, unit: Unit) -> Answer:
    if works_for(user, unit):
        return YES
    return Answer(False, _("Only %(unit)s itself asks for more days.") % {"unit": unit})


def can_answer_more_days(user: User, county: Unit | int | None) -> Answer:
    return YES if user.is_office_of(county) else Answer(False, _("Only the office gives more days."))
