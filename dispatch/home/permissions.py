from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.permissions import YES, Answer


def can_open_brief(user: User, leader: User) -> Answer:
    """The page before a meeting: a leader's own, and the command office's of any leader of its county."""
    county = user.county
    if county is not None and leader.holds(Role.LEADER, at=county) and (user == leader or user.is_office_of(county)):
        return YES
    return Answer(False, _("The page before a meeting is the leader's own; the command office opens it for each."))
