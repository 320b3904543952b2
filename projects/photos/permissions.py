"""Who adds and removes photos; who sees the project sees them. `can_x(user, obj) -> Answer`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import User
from organization.permissions import YES, Answer, works_for
from projects.photos.models import Photo
from projects.registry.models import Project


def can_add_photo(user: User, project: Project) -> Answer:
    """The officers and heads of the lead unit; the command office for anybody."""
    if user.is_office_of(project.county_id) or works_for(user, project.lead_unit):
        return YES
    return Answer(False, _("Only %(unit)s and the command office add photos to it.") % {"unit": project.lead_unit})


def can_remove_photo(user: User, photo: Photo) -> Answer:
    """The command office, and whoever added it."""
    if user.is_office_of(photo.county_id):
        return YES
    if photo.by_id == user.pk and works_for(user, photo.project.lead_unit):
        return YES
    return Answer(False, _("Only the command office and who added a photo remove it."))
