"""Bids that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from funding.bids.models import Bid, BidStage, BidState
from organization.units.models import Unit


def _bids(unit: Unit, now: datetime) -> int:
    return Bid.objects.filter(unit=unit, state=BidState.ACTIVE).exclude(stage=BidStage.PAID).count()


AFFECTED = (Affected("unit", _("Bids of the unit under way"), _bids),)
