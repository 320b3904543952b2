"""Bulletins that wait for the signature of a post."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.bulletins.models import Bulletin
from organization.people.models import Post


def _waiting(post: Post, now: datetime) -> int:
    return Bulletin.objects.filter(county=post.unit.county_id, signer=post, status=Bulletin.Status.SIGNING).count()


AFFECTED = (
    Affected(
        "post",
        _("Bulletins that wait for its signature"),
        _waiting,
        stays="the office chooses who signs instead, and says why",
    ),
)
