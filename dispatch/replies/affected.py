"""Replies to bulletins that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.replies import services
from dispatch.replies.models import Reply
from organization.people.models import User
from organization.units.models import Unit


def _owed(unit: Unit, now: datetime) -> int:
    return Reply.objects.filter(unit=unit).standing().count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now, reason=reason)


AFFECTED = (Affected("unit", _("Replies to bulletins that it owes"), _owed, _hand_on),)
