"""Tasks of campaigns that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.models import Status, Task
from organization.people.models import Post, User
from organization.units.models import Unit

STANDING = (Status.OPEN, Status.DONE)


def _of_unit(unit: Unit, now: datetime) -> int:
    return Task.objects.filter(unit=unit, status__in=STANDING).count()


def _of_post(post: Post, now: datetime) -> int:
    return Task.objects.filter(Q(post=post) | Q(leader=post), status__in=STANDING).count()


def _unit_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    giving.hand_on(unit, to, by=by, now=now, reason=reason)


def _post_on(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    giving.hand_on_post(post, to, by=by, now=now, reason=reason)


AFFECTED = (
    Affected("unit", _("Tasks of campaigns that are not confirmed"), _of_unit, _unit_on),
    Affected("post", _("Tasks of campaigns that this post does or leads"), _of_post, _post_on),
)
