"""Who would have no deputy if a post went."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.absences import services
from organization.absences.models import Absence
from organization.people.models import Post, User


def _deputises(post: Post, now: datetime) -> int:
    return Absence.objects.crossing(timezone.localdate(now), None).filter(deputy=post).count()


def _hand_on(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(post, to, by=by, now=now, reason=reason)


AFFECTED = (Affected("post", _("Posts that it deputises for"), _deputises, hand_on=_hand_on),)
