"""The writers of bids for funds. Money is whole yuan; *now* is the moment of typing, *on* the day it happened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import differing, keep, visible
from core.steps import Closed, Stale
from funding import bids, permissions
from funding.models import Bid, BidChange, BidState
from organization.models import Unit, User
from projects.errors import NeedsReason, NotAllowed, Wrong

FACTS = (
    "unit", "project", "name", "channel", "direction", "year", "asked", "approved", "received", "paid", "proposal_on",
    "feasibility_approved_on", "feasibility_number", "submitted_on", "selected_on", "issued_on", "issue_number",
    "deadline", "remark",
)  # fmt: skip


@transaction.atomic
def create_bid(*, county: Unit, by: User, now: datetime, **facts: Any) -> Bid:
    """Puts a bid on file, in planning. NotAllowed, Wrong (sentences by field)."""
    if not (answer := permissions.can_add_bid(by, facts.get("unit"))):
        raise NotAllowed(answer.why)
    bid = Bid(county=county, **{name: visible(value) for name, value in facts.items()})
    _sound(bid, now)
    keep(bid, by=by, now=now)
    _step(bid, "", by=by, on=timezone.localdate(now), now=now, reason="")
    return bid


@transaction.atomic
def edit_bid(bid: Bid, *, by: User, now: datetime, version: int | None = None, **changes: Any) -> Bid:
    """Changes facts; writes only what differs. Stale if *version* is not what the form had seen; NotAllowed, Wrong."""
    fresh = _locked(bid, by)
    if version is not None and fresh.version != version:
        raise Stale(fresh)
    changes = differing(fresh, changes)
    changed = list(changes)
    if not changed:
        return fresh
    if "unit" in changed and not (answer := permissions.can_add_bid(by, changes["unit"])):
        raise Wrong({"unit": answer.why})
    for name in changed:
        setattr(fresh, name, changes[name])
    _sound(fresh, now)
    undone = [gate for gate in bids.LADDER.up_to(fresh, fresh.stage) if not gate.met(fresh)]
    if wrong := {gate.field: str(gate.label) for gate in undone if gate.field in changed}:
        raise Wrong(wrong)
    return _keep(fresh, changed, by=by, now=now)


@transaction.atomic
def advance(bid: Bid, *, to: str, by: User, on: date, now: datetime, expect: str | None = None) -> Bid:
    """Moves a bid one stage on. Closed with all gates that block it; Stale if its stage is not *expect* any more."""
    fresh = _locked(bid, by)
    if expect is not None and fresh.stage != expect:
        raise Stale(fresh)
    if fresh.state != BidState.ACTIVE:
        raise NotAllowed(_("The bid was sent back or has failed: take it up again first"))
    if to != bids.LADDER.next(fresh.stage):
        raise NotAllowed(_("A bid moves one step at a time"))
    _past(on, now)
    changed = ["stage"]
    day = bids.LADDER.day_of.get(to)
    if day and getattr(fresh, day) is None:
        setattr(fresh, day, on)
        changed.append(day)
    if closed := bids.LADDER.blockers(fresh, to):
        raise Closed(closed)
    _sound(fresh, now)
    old, fresh.stage = fresh.stage, to
    _keep(fresh, changed, by=by, now=now)
    _step(fresh, old, by=by, on=on, now=now, reason="")
    return fresh


@transaction.atomic
def send_back(bid: Bid, *, by: User, on: date, now: datetime, reason: str, to: str = "") -> Bid:
    """Notes that the bid was sent back, to the stage *to* or the one it is in, with a reason."""
    fresh = _locked(bid, by)
    to = to or fresh.stage
    if to != fresh.stage and to not in bids.LADDER.earlier(fresh.stage):
        raise NotAllowed(_("A bid is sent back to an earlier step"))
    return _put_aside(fresh, BidState.SENT_BACK, to, by=by, on=on, now=now, reason=reason)


@transaction.atomic
def fail(bid: Bid, *, by: User, on: date, now: datetime, reason: str) -> Bid:
    """Notes that the bid failed, with a reason; it can be taken up again."""
    fresh = _locked(bid, by)
    return _put_aside(fresh, BidState.FAILED, fresh.stage, by=by, on=on, now=now, reason=reason)


@transaction.atomic
def resume(bid: Bid, *, by: User, on: date, now: datetime, reason: str = "") -> Bid:
    """Takes up again what was sent back or failed, in the stage where it stands."""
    fresh = _locked(bid, by)
    if fresh.state == BidState.ACTIVE:
        return fresh
    _past(on, now)
    fresh.state, fresh.state_reason = BidState.ACTIVE, ""
    _keep(fresh, ["state", "state_reason"], by=by, now=now, reason=reason)
    _step(fresh, fresh.stage, by=by, on=on, now=now, reason=reason)
    return fresh


def _put_aside(bid: Bid, state: str, to: str, *, by: User, on: date, now: datetime, reason: str) -> Bid:
    if bid.state != BidState.ACTIVE:
        raise NotAllowed(_("The bid was sent back or has failed: take it up again first"))
    if not (reason := reason.strip()):
        raise NeedsReason(_("Write why: it stays with the bid"), ["reason"])
    _past(on, now)
    old, bid.stage = bid.stage, to
    bid.state, bid.state_reason = state, reason[:300]
    _keep(bid, ["stage", "state", "state_reason"], by=by, now=now, reason=reason)
    _step(bid, old, by=by, on=on, now=now, reason=reason)
    return bid


def _locked(bid: Bid, by: User) -> Bid:
    fresh = Bid.objects.select_for_update().get(pk=bid.pk)
    if not (answer := permissions.can_edit_bid(by, fresh)):
        raise NotAllowed(answer.why)
    return fresh


def _keep(bid: Bid, changed: list[str], *, by: User, now: datetime, reason: str = "") -> Bid:
    bid.version += 1
    keep(bid, by=by, now=now, reason=reason, fields=[*changed, "version"])
    return bid


def _step(bid: Bid, old: str, *, by: User, on: date, now: datetime, reason: str) -> None:
    BidChange.objects.create(
        bid=bid, old=old, new=bid.stage, state=bid.state, on=on, typed_at=now, by=by, reason=reason[:300]
    )


def _sound(bid: Bid, now: datetime) -> None:
    """Wrong with a sentence for each field that can't be."""
    wrong = bids.impossible(bid)
    today = timezone.localdate(now)
    for name in bids.DAYS:
        if (day := getattr(bid, name)) is not None and day > today:
            wrong[name] = _("The day lies in the future: write it down when it has happened")
    if bid.project is not None and bid.project.county_id != bid.county_id:
        wrong["project"] = _("This project is another county's")
    if wrong:
        raise Wrong(wrong)


def _past(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise Wrong({"on": _("The day lies in the future: write it down when it has happened")})
