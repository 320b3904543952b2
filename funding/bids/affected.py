"""Bids that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from funding.bids import services
from funding.bids.models import Bid, BidState
from organization.people.models import User
from organization.units.models import Unit


def _bids(unit: Unit, now: datetime) -> int:
    return Bid.objects.unfinished().filter(unit=unit).exclude(state=BidState.FAILED).count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now, reason=reason)


AFFECTED = (Affected("unit", _("Bids of the unit under way"), _bids, _hand_on),)
