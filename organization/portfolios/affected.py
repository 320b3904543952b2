"""Portfolios that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post, User
from organization.portfolios import services
from organization.portfolios.models import Portfolio
from organization.units.models import Unit


def _naming(unit: Unit, now: datetime) -> int:
    return Portfolio.objects.filter(units=unit).exclude(until__lt=timezone.localdate(now)).count()


def _of_post(post: Post, now: datetime) -> int:
    """Now, or from a day on that is planned."""
    rows = Portfolio.objects.filter(post=post).exclude(until__lt=timezone.localdate(now)).prefetch_related("units")
    return len({one for row in rows for one in (*row.sectors, *row.its_units)})


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on_unit(unit, to, by=by, now=now, reason=reason)


def _hand_on_post(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(post, to, by=by, now=now, reason=reason)


AFFECTED = (
    Affected("unit", _("Portfolios that name the unit"), _naming, _hand_on),
    Affected("post", _("Sectors and units that the post answers for"), _of_post, _hand_on_post),
)
