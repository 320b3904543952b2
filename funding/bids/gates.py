"""The way of a bid for funds, as data: stages, what must hold before each, and amounts that cannot be (F02)."""

from __future__ import annotations

from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.flow.gates import Gate
from core.flow.ladder import Ladder
from core.flow.way import Way, Words
from funding.bids.models import Bid, BidStage

LADDER = Ladder(
    order=tuple(BidStage),
    day_of={
        BidStage.PROPOSAL: "proposal_on",
        BidStage.FEASIBILITY: "feasibility_approved_on",
        BidStage.SUBMITTED: "submitted_on",
        BidStage.SELECTED: "selected_on",
        BidStage.ISSUED: "issued_on",
    },
    gates=(
        Gate(
            "proposal_on",
            BidStage.PROPOSAL,
            gettext_lazy("The day on which the proposal was finished is missing"),
            lambda b: b.proposal_on is not None,
            field="proposal_on",
        ),
        Gate(
            "feasibility_approved_on",
            BidStage.FEASIBILITY,
            gettext_lazy("The day of the feasibility study's approval is missing"),
            lambda b: b.feasibility_approved_on is not None,
            field="feasibility_approved_on",
        ),
        Gate(
            "feasibility_number",
            BidStage.FEASIBILITY,
            gettext_lazy("The approval number of the feasibility study is missing"),
            lambda b: bool(b.feasibility_number),
            field="feasibility_number",
            why=gettext_lazy("As it stands on the approval"),
        ),
        Gate(
            "asked",
            BidStage.SUBMITTED,
            gettext_lazy("The amount asked for is not filled in"),
            lambda b: bool(b.asked),
            field="asked",
        ),
        Gate(
            "submitted_on",
            BidStage.SUBMITTED,
            gettext_lazy("The day of the application is missing"),
            lambda b: b.submitted_on is not None,
            field="submitted_on",
        ),
        Gate(
            "selected_on",
            BidStage.SELECTED,
            gettext_lazy("The day of the selection is missing"),
            lambda b: b.selected_on is not None,
            field="selected_on",
        ),
        Gate(
            "approved",
            BidStage.ISSUED,
            gettext_lazy("The approved amount is not filled in"),
            lambda b: bool(b.approved),
            field="approved",
        ),
        Gate(
            "issue_number",
            BidStage.ISSUED,
            gettext_lazy("The number of the funding notice is missing"),
            lambda b: bool(b.issue_number),
            field="issue_number",
            why=gettext_lazy("The document by which the funds were issued"),
        ),
        Gate(
            "issued_on",
            BidStage.ISSUED,
            gettext_lazy("The day on which the funds were issued is missing"),
            lambda b: b.issued_on is not None,
            field="issued_on",
        ),
        Gate(
            "received",
            BidStage.PAID,
            gettext_lazy("No money has been received yet"),
            lambda b: bool(b.received),
            field="received",
        ),
        Gate(
            "paid",
            BidStage.PAID,
            gettext_lazy("Nothing has been paid out yet"),
            lambda b: bool(b.paid),
            field="paid",
        ),
    ),
)
DAYS = ("proposal_on", "feasibility_approved_on", "submitted_on", "selected_on", "issued_on")


def impossible(bid: Bid) -> dict[str, str]:
    """What can't be, by field: money paid out that never came or received beyond what was approved, days out of order,
    another county's project."""
    wrong: dict[str, str] = {}
    if bid.received is not None and bid.received > (bid.approved or 0):
        wrong["received"] = _("Received is %(received)s, more than the %(approved)s approved. Look at both") % {
            "received": figures.wan(bid.received),
            "approved": figures.wan(bid.approved or 0),
        }
    if bid.paid is not None and bid.paid > (bid.received or 0):
        wrong["paid"] = _("Paid out is %(paid)s, more than the %(received)s received. Look at both") % {
            "paid": figures.wan(bid.paid),
            "received": figures.wan(bid.received or 0),
        }
    days = [(name, getattr(bid, name)) for name in DAYS if getattr(bid, name) is not None]
    for (_first, before), (name, day) in pairwise(days):
        if day < before:
            wrong[name] = _("This day is before the step that comes earlier (%(day)s)") % {"day": f"{before:%Y-%m-%d}"}
    if bid.project is not None and bid.project.county_id != bid.county_id:
        wrong["project"] = _("This project is another county's")
    return wrong


WAY = Way(
    LADDER,
    Words(
        aside=gettext_lazy("The bid was sent back or has failed: take it up again first"),
        step=gettext_lazy("A bid moves one step at a time"),
        back=gettext_lazy("A bid is sent back to an earlier step"),
    ),
    impossible=impossible,
    days=DAYS,
)


def odd(bid: Bid) -> list[str]:
    """What may be and should be looked at: more approved than asked, more asked than the project costs."""
    found = []
    if bid.asked and bid.approved and bid.approved > bid.asked:
        said = _("Approved is %(approved)s, more than the %(asked)s asked for")
        found.append(said % {"approved": figures.wan(bid.approved), "asked": figures.wan(bid.asked)})
    total = bid.project.total_investment if bid.project else None
    if bid.asked and total and bid.asked > total:
        said = _("Asked for is %(asked)s, more than the project's total investment of %(total)s")
        found.append(said % {"asked": figures.wan(bid.asked), "total": figures.wan(total)})
    return found
