from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer, works_for
from projects.choices import State
from projects.registry.models import Project


def can_schedule(user: User, project: Project) -> Answer:
    """Lay and move the milestones of a project that is under way: the unit that leads it, and the command office."""
    if not (user.is_office_of(project.county_id) or works_for(user, project.lead_unit)):
        said = _("Only %(unit)s, which leads the project, and the command office move its milestones")
        return Answer(False, said % {"unit": project.lead_unit})
    if project.state != State.ACTIVE:
        return Answer(False, _("This project isn't under way: its milestones rest"))
    return YES
