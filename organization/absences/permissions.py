"""Who says that somebody is away."""

from __future__ import annotations

from django.utils.translation import gettext as _

from organization.people.models import Post, User
from organization.permissions import YES, Answer, can_give_posts


def can_set_away(user: User, post: Post) -> Answer:
    """Whoever holds *post*, and whoever says who holds the posts of its county: a deputy gets some of its rights."""
    if post.holder_id == user.pk or can_give_posts(user, post.unit.county_id):
        return YES
    return Answer(False, _("Who is away says so for the own post, or the administrator or the command office does."))
