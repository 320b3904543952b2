"""Who may do what with a monthly report. `can_x(user, obj) -> Answer`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit
from projects.registry.models import Project
from projects.reports.models import MonthlyReport


def can_fill_report(user: User, project: Project) -> Answer:
    """The project officers and heads of the lead unit; the command office for anybody. Of a package its parts are."""
    if project.is_package:
        return Answer(False, _("A package isn't reported on: its sub-projects are"))
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    return Answer(False, _("Only %(unit)s fills in reports of this project.") % {"unit": project.lead_unit})


def can_fill_statistics(user: User, project: Project) -> Answer:
    """The unit itself and nobody else: the figure is the one that it gives to the statistics bureau."""
    if works_for(user, project.lead_unit):
        return YES
    return Answer(False, _("Only %(unit)s itself fills in the statistics investment.") % {"unit": project.lead_unit})


def can_fill_for(user: User, unit: Unit) -> Answer:
    """The grid of a unit."""
    if user.is_office_of(unit.county_id) or works_for(user, unit):
        return YES
    return Answer(False, _("Only %(unit)s and the command office fill in its reports.") % {"unit": unit})


def can_take_back_report(user: User, report: MonthlyReport) -> Answer:
    """The unit that submitted it, and who did so for it."""
    if works_for(user, report.project.lead_unit) or (report.submitted_by_id and report.submitted_by_id == user.pk):
        return YES
    return Answer(False, _("Only %(unit)s takes its report back.") % {"unit": report.project.lead_unit})


def can_approve_report(user: User, report: MonthlyReport) -> Answer:
    """A sponsoring leader of the project."""
    posts = {post.pk for post in user.current_posts if post.role == Role.LEADER}
    if any(sponsor.post_id in posts for sponsor in report.project.sponsors.all()):
        return YES
    return Answer(False, _("Only a sponsoring leader of the project approves its reports."))


def can_review_report(user: User, report: MonthlyReport) -> Answer:
    """The command office of the county."""
    if user.is_office_of(report.project.county_id):
        return YES
    return Answer(False, _("Only the command office accepts reports."))


def can_return_report(user: User, report: MonthlyReport) -> Answer:
    """Whoever is asked to approve or to accept it."""
    if can_review_report(user, report) or can_approve_report(user, report):
        return YES
    return Answer(False, _("Only a sponsoring leader of the project or the command office gives a report back."))


def can_close_month(user: User, county: Unit) -> Answer:
    if user.is_office_of(county.pk):
        return YES
    return Answer(False, _("Only the command office closes a month."))


def can_reopen_month(user: User, county: Unit) -> Answer:
    if user.is_office_of(county.pk):
        return YES
    return Answer(False, _("Only the command office reopens a month."))
