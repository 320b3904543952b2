from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer, works_for
from projects.registry.models import Project
from projects.registry.permissions import can_confirm_entry, can_edit_project


def can_advance(user: User, project: Project, to: str = "") -> Answer:
    """Move a project on: who may edit it; into the statistics only who confirms that (`can_confirm_entry`)."""
    if to == "entered":
        return can_confirm_entry(user, project.county)
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


def can_withdraw(user: User, project: Project) -> Answer:
    """The same for good. A package goes when its parts have gone: they would be parts of what isn't there."""
    no = _no_package(project)
    return can_send_back(user, project) if no is None else no


def _no_package(project: Project) -> Answer | None:
    if not project.is_package:
        return None
    return Answer(False, _("It is a package with sub-projects: suspend or withdraw these, or take them out first"))


def can_suspend(user: User, project: Project) -> Answer:
    """Suspend and resume: the office and the head of the lead unit. Of a package its parts are."""
    if (no := _no_package(project)) is not None:
        return no
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit, Role.UNIT_HEAD):
        return YES
    return Answer(
        False,
        _("Only the head of %(unit)s and the command office suspend and resume the project")
        % {"unit": project.lead_unit},
    )
