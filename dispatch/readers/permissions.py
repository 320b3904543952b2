from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_draft_bulletin, can_see_drafts
from organization.people.models import User
from organization.permissions import YES, Answer


def can_see_readers(user: User, bulletin: Bulletin) -> Answer:
    """Who has read it: for the office and for those who sign, once it is published."""
    if not can_see_drafts(user, bulletin.county):
        return Answer(False, _("Who has read it is seen by the office and by those who sign."))
    if bulletin.published_at is None:
        return Answer(False, _("It isn't published yet."))
    return YES


def can_remind_readers(user: User, bulletin: Bulletin) -> Answer:
    """Remind those who haven't read it: the office, as long as it is in force."""
    if not (answer := can_draft_bulletin(user, bulletin.county)):
        return answer
    if bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("Only of what is published one is reminded."))
    return YES
