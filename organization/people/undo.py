from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.people import services
from organization.people.models import Post, User
from organization.permissions import Answer, can_give_posts


def _find(user: User) -> QuerySet[Post]:
    return Post.objects.filter(unit__county=user.county).select_related("unit__county")


def _can(user: User, post: Post) -> Answer:
    return can_give_posts(user, post.unit.county_id)


def _give_back(post: Post, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.give_back(post, by=by, now=now, reason=reason)


UNDO = (
    Undo(
        "post_vacated",
        find=_find,
        can=_can,
        do=_give_back,
        page=lambda post: reverse("organization:post", args=[post.pk]),
    ),
)
