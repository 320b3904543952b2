from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer, works_for
from organization.units.models import Unit
from projects.approvals.models import LEFT_OUT, ApprovalItem, ItemState
from projects.registry.models import Project
from projects.registry.permissions import authorities, can_edit_project, can_record_approval

OF_THE_AUTHORITY = (*LEFT_OUT, ItemState.TOLERATED, ItemState.REFUSED)


def kinds_of(user: User, county: Unit) -> dict[str, Unit]:
    """The kinds of approvals that *user* puts on file at the desk, with the unit that gives each: those of the own
    unit; all of them for the command office, which looks."""
    given = authorities(county)
    if user.is_office_of(county):
        return given
    return {kind: unit for kind, unit in given.items() if works_for(user, unit, Role.APPROVER)}


def can_see_approvals(user: User, county: Unit) -> Answer:
    """The desk of approvals: approvers, and the command office."""
    if user.holds(Role.APPROVER, Role.OFFICE, at=county):
        return YES
    return Answer(False, _("Only approvers and the command office see the approvals that are missing"))


def can_draw_up(user: User, project: Project) -> Answer:
    """Draw up a project's checklist, add to it: who edits the project."""
    return can_edit_project(user, project)


def can_change_item(user: User, item: ApprovalItem, given: Mapping[str, Unit] | None = None) -> Answer:
    """Say who sees to an item, by when and with what measures, submit it again, argue it: who gives the approval, and
    who edits the project."""
    if can_edit_project(user, item.project):
        return YES
    return can_record_approval(user, item.project, item.kind, given)


def can_set_item(user: User, item: ApprovalItem, state: str, given: Mapping[str, Unit] | None = None) -> Answer:
    """Say that an item isn't needed, is tolerated or refused: who gives the approval, and the command office."""
    if state in OF_THE_AUTHORITY or item.state in LEFT_OUT:
        return can_record_approval(user, item.project, item.kind, given)
    return can_change_item(user, item, given)
