"""Who reads the register of issued papers, and who writes in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.numbers.models import PaperNumber
from organization.people.models import Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_see_register(user: User, county: Unit | None) -> Answer:
    if county is not None and user.holds(Role.OFFICE, Role.LEADER, at=county):
        return YES
    return Answer(False, _("Only the command office and those who sign read the register of issued papers."))


def can_enter_paper(user: User, county: Unit | None) -> Answer:
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office keeps the register of issued papers."))


def can_void_number(user: User, row: PaperNumber) -> Answer:
    """Void: what was entered by hand. What a published bulletin bears was sent out with it."""
    if not (answer := can_enter_paper(user, row.county)):
        return answer
    if row.state == PaperNumber.State.VOID:
        return Answer(False, _("It is void already."))
    if not row.outside:
        return Answer(False, _("What was issued here bears this number: withdraw that paper, it keeps its number."))
    return YES
