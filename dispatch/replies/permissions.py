"""Who asks for replies to a bulletin, who replies, who says that it is settled."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_draft_bulletin
from dispatch.replies.models import Reply
from organization.people.models import User
from organization.people.recipients import WORKING
from organization.permissions import YES, Answer, works_for


def can_ask_replies(user: User, bulletin: Bulletin) -> Answer:
    """Ask units for a reply: the office, of a draft (it is asked when that is published) and of what is published."""
    if bulletin.status in (Bulletin.Status.DRAFT, Bulletin.Status.PUBLISHED):
        return can_draft_bulletin(user, bulletin.county)
    return Answer(False, _("Replies are asked for by a draft, or by what is published."))


def can_answer_reply(user: User, reply: Reply) -> Answer:
    if reply.status != Reply.Status.OPEN:
        return Answer(False, _("No reply is asked for: “%(status)s”.") % {"status": reply.get_status_display()})
    if reply.bulletin.status != Bulletin.Status.PUBLISHED:
        return Answer(False, _("The bulletin isn't published."))
    if works_for(user, reply.unit, *WORKING):
        return YES
    return Answer(False, _("Only %(unit)s replies.") % {"unit": reply.unit})


def can_settle_reply(user: User, reply: Reply) -> Answer:
    """Accept the reply, or ask again: the office."""
    if reply.status != Reply.Status.ANSWERED:
        return Answer(False, _("There is no reply to be accepted."))
    return can_draft_bulletin(user, reply.county)


def can_withdraw_reply(user: User, reply: Reply) -> Answer:
    if reply.status != Reply.Status.OPEN:
        return Answer(False, _("It was replied to, or taken back: it stays on file."))
    return can_draft_bulletin(user, reply.county)
