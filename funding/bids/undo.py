from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from core.undo import Undo
from funding.bids import services
from funding.bids.models import Bid
from funding.bids.permissions import can_edit_bid
from organization.people.models import User


def _resume(bid: Bid, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.resume(bid, by=by, on=timezone.localdate(now), now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "bid_failed",
        find=Bid.objects.visible_to,
        can=can_edit_bid,
        do=_resume,
        page=lambda bid: reverse("funding:page", args=[bid.pk]),
    ),
)
