"""Who may do what in the registry: `can_x(user, obj) -> Answer`, a yes or a no with the sentence that says why not.

*May you* and *is it ready* are two questions: the second is `projects.lifecycle`.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.models import Role, Unit, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from projects.models import Project


def can_see_project(user: User, project: Project) -> Answer:
    if Project.objects.visible_to(user).filter(pk=project.pk).exists():
        return YES
    return Answer(False, _("This project is another unit's"))


def can_register(user: User, county: Unit | None) -> Answer:
    """Put a project on file in *county*: its office for all, officers and unit heads for their own unit."""
    if county is None or not user.roles_in(county):
        return Answer(False, _("Only people of the county put projects on file"))
    if user.holds(Role.OFFICE, *UNIT_ROLES, at=county):
        return YES
    return Answer(
        False, _("Projects are put on file by the command office or by the officer of the unit that leads them")
    )


def can_edit_project(user: User, project: Project) -> Answer:
    """Change facts, plan, approvals: the office, the officer and head of the lead unit."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    if not user.roles_in(project.county_id):
        return Answer(False, _("This project is another county's"))
    return Answer(
        False,
        _("Only %(unit)s, which leads the project, and the command office change its facts")
        % {"unit": project.lead_unit},
    )


def can_advance(user: User, project: Project, to: str = "") -> Answer:
    """Move a project on: who may edit it; the statistics reviewer for the entry into statistics."""
    if to == "entered" and user.holds(Role.STATISTICS, at=project.county_id):
        return YES
    if can_edit_project(user, project):
        return YES
    return Answer(
        False,
        _("Only %(unit)s, which leads the project, and the command office move it on") % {"unit": project.lead_unit},
    )


def can_waive(user: User, project: Project) -> Answer:
    """Let a project pass a closed gate by exception: the office."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office lets a project pass by exception. Ask it to"))


def can_send_back(user: User, project: Project) -> Answer:
    """Back to an earlier stage, and withdrawing for good: the office (domain Appendix B)."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office moves a project back or withdraws it"))


can_withdraw = can_send_back


def can_suspend(user: User, project: Project) -> Answer:
    """Suspend and resume: the office and the head of the lead unit."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit, Role.UNIT_HEAD):
        return YES
    return Answer(
        False,
        _("Only the head of %(unit)s and the command office suspend and resume the project")
        % {"unit": project.lead_unit},
    )


def can_set_sponsors(user: User, project: Project) -> Answer:
    """Say which leaders answer for a project: the office."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office says which leaders answer for a project"))


def can_change_lead_unit(user: User, project: Project) -> Answer:
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office hands a project to another unit"))


def can_import(user: User, county: Unit | None) -> Answer:
    """Load a county's ledger: its office."""
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office imports ledgers"))
