from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.handovers import services
from organization.handovers.models import PostChange
from organization.handovers.permissions import can_change_post
from organization.people.models import User
from organization.permissions import Answer


def _find(user: User) -> QuerySet[PostChange]:
    return PostChange.objects.filter(county=user.county)


def _can(user: User, change: PostChange) -> Answer:
    return can_change_post(user, change.kind, change.county_id, opens=change.to_user_id is None)


def _plan_again(change: PostChange, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.plan_again(change, by=by, now=now)


UNDO = (
    Undo(
        "post_plan_withdrawn",
        find=_find,
        can=_can,
        do=_plan_again,
        page=lambda change: reverse("organization:post", args=[change.post_id]),
    ),
)
