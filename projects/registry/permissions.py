"""Who may do what in the registry: `can_x(user, obj) -> Answer`, a yes or a no with the sentence that says why not.

*May you* and *is it ready* are two questions: the second is `projects.lifecycle`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, YES, Answer, works_for
from organization.units.models import Unit
from projects.registry.models import Project


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
    return Answer(
        False,
        _("Only %(unit)s, which leads the project, and the command office change its facts")
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
