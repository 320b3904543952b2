"""Squads that hang on a unit or a post, and to whom they go when it is merged or closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post, User
from organization.squads import services
from organization.squads.models import Squad, within_days
from organization.units.models import Unit


def _own(unit: Unit, now: datetime) -> int:
    return Squad.objects.exclude(until__lt=timezone.localdate(now)).filter(unit=unit).count()


def _led(unit: Unit, now: datetime) -> int:
    return Squad.objects.filter(_not_over(now), lead=unit).count()


def _joined(unit: Unit, now: datetime) -> int:
    return Squad.objects.filter(_not_over(now), members=unit).count()


def _headed(post: Post, now: datetime) -> int:
    return Squad.objects.filter(_not_over(now), heads=post).count()


def _not_over(now: datetime) -> Any:
    return within_days(timezone.localdate(now))


def _to_unit(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.replace_unit(unit, to, by=by, now=now)


def _end(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.end_with_unit(unit, by=by, now=now, reason=reason)


def _to_post(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.replace_head(post, to, by=by, now=now)


AFFECTED = (
    Affected("unit", _("The squad itself, which ends with it"), _own, hand_on=_end),
    Affected("unit", _("Squads that the unit leads"), _led, hand_on=_to_unit),
    Affected("unit", _("Squads that the unit is a member of"), _joined, hand_on=_to_unit),
    Affected("post", _("Squads that the post heads"), _headed, hand_on=_to_post),
)
