"""Slips whose answer a unit or a leader owes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.slips import services
from dispatch.slips.models import Slip
from organization.people.models import Post, User
from organization.units.models import Unit


def _of_unit(unit: Unit, now: datetime) -> int:
    return Slip.objects.owed().filter(unit=unit, post=None).count()


def _of_post(post: Post, now: datetime) -> int:
    return Slip.objects.owed().filter(post=post).count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now, reason=reason)


def _hand_on_post(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on_post(post, to, by=by, now=now, reason=reason)


AFFECTED = (
    Affected("unit", _("Slips whose answer it owes"), _of_unit, _hand_on),
    Affected("post", _("Slips to this leader without an answer"), _of_post, _hand_on_post),
)
