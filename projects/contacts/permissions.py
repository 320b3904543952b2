from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer
from organization.squads.models import Squad
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project


def can_see_contacts(user: User, project: Project) -> Answer:
    """Look at the builder's contacts: the lead unit's officer and head, the office, its sponsors, its squads."""
    if can_edit_project(user, project) or project.sponsors.filter(post__holder=user).exists():
        return YES
    squads = Squad.objects.active().filter(unit__county=project.county_id).of_posts(user.current_posts)
    if Project.objects.filter(pk=project.pk).of_squads(squads).exists():
        return YES
    return Answer(
        False,
        _("Only %(unit)s, the command office, its sponsoring leaders and its squad see whom to call")
        % {"unit": project.lead_unit},
    )
