from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit
from projects.registry.models import Project
from projects.supervision.models import SupervisionNote


def can_note_supervision(user: User, project: Project) -> Answer:
    """Write a note on a project: supervision of its county."""
    if user.holds(Role.SUPERVISION, at=project.county_id):
        return YES
    return Answer(False, _("Only supervision writes notes of supervision"))


def can_answer_supervision(user: User, note: SupervisionNote) -> Answer:
    """Answer a note: the unit that leads the project, once."""
    if note.answered_at is not None:
        return Answer(False, _("This note is answered"))
    if works_for(user, note.project.lead_unit):
        return YES
    return Answer(False, _("Only %(unit)s, which leads the project, answers it") % {"unit": note.project.lead_unit})


def can_see_supervision(user: User, county: Unit | int) -> Answer:
    """All notes of the county: supervision and the command office."""
    if user.holds(Role.SUPERVISION, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Only supervision and the command office see all notes"))
