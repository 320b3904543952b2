from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from projects.registry.models import Project


def can_pack(user: User, project: Project) -> Answer:
    """Put *project* into a package, and take it out: the office, since it changes how projects are counted."""
    if user.is_office_of(project.county_id):
        return YES
    return Answer(False, _("Only the command office puts projects into a package and takes them out"))
