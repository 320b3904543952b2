"""A change of a post in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from organization.handovers.models import Kind, PostChange
from organization.people.models import Post


def in_words(change: PostChange) -> str:
    """What the change does, or did: one sentence without the day."""
    then = Post(unit=change.old_unit or change.post.unit, title=change.old_title or change.post.title)
    names: dict[str, Any] = {
        "post": then.in_full,
        "person": change.to_user.name if change.to_user else change.new_username,
        "title": change.new_title,
        "unit": change.new_unit.name if change.new_unit else "",
        "into": change.into.in_full if change.into else "",
    }
    match change.kind:
        case Kind.HANDOVER if change.leaves:
            return _("%(person)s holds %(post)s, and no other post any more") % names
        case Kind.HANDOVER:
            return _("%(person)s holds %(post)s") % names
        case Kind.VACATE:
            return _("%(post)s is vacant") % names
        case Kind.RENAME:
            return _("%(post)s is called %(title)s") % names
        case Kind.MOVE:
            return _("%(post)s belongs to %(unit)s") % names
    if change.into:
        return _("%(post)s is closed; %(into)s does its work") % names
    return _("%(post)s is closed") % names
