"""The writers of bids for funds. Money is whole yuan; *now* is the moment of typing, *on* the day it happened.

All refuse as `core.flow.services` says: NotAllowed, NeedsReason, Wrong, Closed, Stale.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from core.flow import services as flow
from core.refusals import Wrong, require
from funding.bids.gates import WAY
from funding.bids.models import Bid, BidState
from funding.bids.permissions import can_add_bid, can_edit_bid
from organization.people.models import User
from organization.units.models import Unit


def create_bid(*, county: Unit, by: User, now: datetime, **facts: Any) -> Bid:
    """Puts a bid on file, in planning."""
    require(can_add_bid(by, county, facts.get("unit")))
    return flow.create(Bid(county=county, **facts), WAY, by=by, now=now)


def edit_bid(bid: Bid, *, by: User, now: datetime, version: int | None = None, **changes: Any) -> Bid:
    """Changes facts; writes only what differs."""

    def allowed(fresh: Bid, changed: Collection[str]) -> None:
        if "unit" in changed and not (answer := can_add_bid(by, bid.county_id, changes["unit"])):
            raise Wrong({"unit": answer.why})

    may = partial(can_edit_bid, by)
    return flow.edit(bid, WAY, changes, by=by, now=now, may=may, version=version, allowed=allowed)


def advance(
    bid: Bid,
    *,
    to: str,
    by: User,
    on: date,
    now: datetime,
    version: int | None = None,
    expect: str | None = None,
) -> Bid:
    """Moves a bid one stage on."""
    may = partial(can_edit_bid, by)
    return flow.advance(bid, WAY, to=to, by=by, on=on, now=now, may=may, version=version, expect=expect)[0]


@transaction.atomic
def hand_on(unit: Unit, to: Unit, *, by: User | None, now: datetime, reason: str) -> int:
    """The bids of *unit* that aren't paid out yet, put aside or not, go to *to*, since *unit* goes; how many."""
    rows = list(Bid.objects.select_for_update().unfinished().filter(unit=unit).order_by("pk"))
    for bid in rows:
        bid.unit = to
        flow.bump(bid, ["unit"], by=by, now=now, reason=reason)
    return len(rows)


def send_back(
    bid: Bid, *, by: User, on: date, now: datetime, reason: str, to: str = "", version: int | None = None
) -> Bid:
    """Notes that the bid was sent back, to the stage *to* or the one it is in, with a reason."""
    return flow.send_back(
        bid,
        WAY,
        to=to or bid.stage,
        by=by,
        on=on,
        now=now,
        may=partial(can_edit_bid, by),
        reason=reason,
        version=version,
        state=BidState.SENT_BACK,
        stays=True,
    )[0]


def fail(bid: Bid, *, by: User, on: date, now: datetime, reason: str, version: int | None = None) -> Bid:
    """Notes that the bid failed, with a reason; it can be taken up again."""
    may = partial(can_edit_bid, by)
    return flow.put_aside(bid, WAY, BidState.FAILED, by=by, on=on, now=now, may=may, reason=reason, version=version)[0]


def resume(bid: Bid, *, by: User, on: date, now: datetime, reason: str = "", version: int | None = None) -> Bid:
    """Takes up again what was sent back or failed, in the stage where it stands."""
    may = partial(can_edit_bid, by)
    return flow.resume(bid, WAY, by=by, on=on, now=now, may=may, reason=reason, version=version)[0]
