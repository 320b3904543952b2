"""Who may do what with a bulletin."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.bulletins.models import Bulletin
from dispatch.standings.permissions import has_left
from organization.people.models import SIGNS, Role, User
from organization.permissions import YES, Answer
from organization.units.models import Unit


def can_draft_bulletin(user: User, county: Unit | None) -> Answer:
    if county is not None and user.is_office_of(county):
        return YES
    return Answer(False, _("Only the command office drafts bulletins."))


def can_edit_bulletin(user: User, bulletin: Bulletin) -> Answer:
    if bulletin.status == Bulletin.Status.SIGNING:
        return Answer(False, _("It is waiting for sign-off: nothing changes until it is signed or given back."))
    if bulletin.is_deleted:
        return Answer(False, _("It was deleted as a draft."))
    if bulletin.status == Bulletin.Status.WITHDRAWN:
        return Answer(False, _("It was published and withdrawn; it stays as it was."))
    if bulletin.status == Bulletin.Status.PUBLISHED:
        return Answer(False, _("It is published and frozen. A mistake is put right by a correction note."))
    return can_draft_bulletin(user, bulletin.county)


def signs_bulletins(user: User, county: Unit) -> Answer:
    """Whether one is of those who sign, whatever waits for it."""
    if not user.holds(*SIGNS, at=county):
        return Answer(False, _("Only a leader or the head of the command office signs bulletins."))
    return YES


def can_sign_bulletin(user: User, bulletin: Bulletin) -> Answer:
    """Sign it off or give it back: a leader of the county or of the office, but not who sent it."""
    if not (answer := signs_bulletins(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.SIGNING:
        return Answer(False, _("It has not been sent for sign-off."))
    if bulletin.submitted_by_id == user.pk:
        return Answer(False, _("You sent it for sign-off yourself; somebody else signs it."))
    return YES


def can_correct_bulletin(user: User, bulletin: Bulletin) -> Answer:
    if not (answer := can_draft_bulletin(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("It is not published: change the text itself."))
    return YES


def can_withdraw_bulletin(user: User, bulletin: Bulletin) -> Answer:
    """Withdraw what was published: who signed it; of those who sign, another one where that person has left."""
    if bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("Only what is published is withdrawn."))
    who = bulletin.signed_by
    left = has_left(who, bulletin.county_id)
    if signs_bulletins(user, bulletin.county) if left else user == who:
        return YES
    return Answer(False, _("Only who signed it withdraws it: %(who)s.") % {"who": who})


def can_bring_back(user: User, bulletin: Bulletin) -> Answer:
    """Make a draft of a deleted one again."""
    if not bulletin.is_deleted:
        return Answer(False, _("It is no deleted draft."))
    return can_draft_bulletin(user, bulletin.county)


def can_see_drafts(user: User, county: Unit | None) -> bool:
    """Drafts are the office's and those of who signs; published ones are everybody's in the county."""
    return user.holds(Role.OFFICE, Role.LEADER, at=county)
