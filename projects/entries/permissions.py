from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit
from projects.entries.models import EntryProposal
from projects.registry.models import Project
from projects.registry.permissions import can_confirm_entry, can_edit_project


def can_propose_entry(user: User, project: Project) -> Answer:
    """Propose that a project enters the statistics: who may edit it."""
    return can_edit_project(user, project)


def can_take_entry_back(user: User, proposal: EntryProposal) -> Answer:
    """Take a waiting proposal back: who made it, and who could have."""
    if user.pk == proposal.proposed_by_id:
        return YES
    return can_edit_project(user, proposal.project)


def can_answer_entry(user: User, proposal: EntryProposal) -> Answer:
    return can_confirm_entry(user, proposal.project.county)


def can_see_entries(user: User, county: Unit | int) -> Answer:
    """The desk of entries: who confirms them, the command office and supervision, who look."""
    if user.holds(Role.STATISTICS, Role.OFFICE, Role.SUPERVISION, at=county):
        return YES
    return Answer(False, _("Only the statistics reviewer, the command office and supervision see all entries"))
