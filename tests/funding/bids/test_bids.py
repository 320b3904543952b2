"""A bid for funds on its way: gates, amounts, steps aside, and who may do what (F02)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.refusals import Closed, NeedsReason, NotAllowed, Stale, Wrong
from funding.bids import services
from funding.bids.gates import DAYS, LADDER, odd
from funding.bids.permissions import can_add_bid, can_edit_bid
from funding.models import Bid, BidChange, BidStage, BidState, Channel
from organization.units.models import Unit
from tests.support.factories import NOW, WAN, make_project, unit_of
from tests.support.people import People, make_county

ON = date(2026, 6, 1)
pytestmark = pytest.mark.django_db

# What each gate needs to be open.
OPENING: dict[str, Any] = {
    "proposal_on": date(2026, 1, 10),
    "feasibility_approved_on": date(2026, 2, 10),
    "feasibility_number": "发改审〔2026〕1号",
    "asked": 5000 * WAN,
    "submitted_on": date(2026, 3, 10),
    "selected_on": date(2026, 4, 10),
    "approved": 4000 * WAN,
    "issue_number": "财建〔2026〕2号",
    "issued_on": date(2026, 5, 10),
    "received": 3000 * WAN,
    "paid": 1000 * WAN,
}


def make_bid(county: Unit, people: People, **facts: Any) -> Bid:
    given = {"name": "污水管网", "unit": unit_of(county, "xicheng"), "channel": Channel.CENTRAL_BUDGET, "year": 2026}
    return services.create_bid(county=county, by=people.office, now=NOW, **(given | facts))


def advance(bid: Bid, to: str, by: Any, on: date = ON) -> Bid:
    return services.advance(bid, to=to, by=by, on=on, now=NOW)


@pytest.mark.requirement("F02")
def test_a_bid_goes_from_planning_to_paid_out_and_every_step_stays(county: Unit, people: People) -> None:
    bid = make_bid(county, people, **OPENING)
    for stage in LADDER.order[1:]:
        bid = advance(bid, stage, people.officer)
    assert bid.stage == BidStage.PAID
    steps = list(bid.changes.order_by("pk").values_list("old", "new"))
    assert steps == list(zip(["", *LADDER.order[:-1]], LADDER.order, strict=True))
    assert bid.changes.order_by("-pk")[0].by == people.officer
    assert bid.history.count() == 7


@pytest.mark.requirement("F02")
@pytest.mark.parametrize("gate", LADDER.gates, ids=lambda gate: gate.code)
def test_each_gate_blocks_alone_and_opens(county: Unit, people: People, gate: Any) -> None:
    place = LADDER.order.index(gate.stage)
    facts = dict(OPENING)
    empty = "" if isinstance(OPENING[gate.field], str) else None
    facts[gate.field] = empty
    if gate.field == "approved":
        facts |= {"received": None, "paid": None}
    if gate.field == "received":
        facts["paid"] = None
    bid = Bid(county=county, stage=LADDER.order[place - 1], **facts)
    closed = {g.code for g in LADDER.blockers(bid)}
    assert gate.code in closed
    setattr(bid, gate.field, OPENING[gate.field])
    assert gate.code not in {g.code for g in LADDER.blockers(bid)}


def test_every_gate_has_a_case_and_every_field_exists() -> None:
    assert {gate.field for gate in LADDER.gates} == set(OPENING)
    names = {field.name for field in Bid._meta.get_fields()}
    assert {gate.field for gate in LADDER.gates} <= names
    assert set(LADDER.day_of.values()) == set(DAYS)


def test_all_blockers_are_told_at_once_and_nothing_moves(county: Unit, people: People) -> None:
    facts = {key: OPENING[key] for key in ("proposal_on", "feasibility_approved_on", "feasibility_number", "asked")}
    bid = make_bid(county, people, **facts)
    for stage in LADDER.order[1:5]:
        advance(bid, stage, people.officer)
    bid.refresh_from_db()
    assert bid.stage == BidStage.SELECTED  # the days of application and selection were told by the steps
    with pytest.raises(Closed) as refused:
        advance(bid, BidStage.ISSUED, people.officer)
    assert [gate.code for gate in refused.value.gates] == ["approved", "issue_number"]
    bid.refresh_from_db()
    assert bid.stage == BidStage.SELECTED


def test_the_day_of_a_step_is_kept_and_one_on_file_stays(county: Unit, people: People) -> None:
    bid = make_bid(county, people)
    bid = advance(bid, BidStage.PROPOSAL, people.officer)
    assert bid.proposal_on == ON
    other = make_bid(county, people, proposal_on=date(2026, 1, 10))
    assert advance(other, BidStage.PROPOSAL, people.officer).proposal_on == date(2026, 1, 10)


def test_a_gate_that_came_undone_blocks_again() -> None:
    bid = Bid(stage=BidStage.SUBMITTED, **(OPENING | {"feasibility_number": "", "selected_on": None}))
    assert [gate.code for gate in LADDER.blockers(bid)] == ["feasibility_number", "selected_on"]
    assert [gate.code for gate in LADDER.to_mend(bid)] == ["feasibility_number"]


def test_no_step_is_left_out_and_a_second_click_is_told(county: Unit, people: People) -> None:
    bid = make_bid(county, people, **OPENING)
    with pytest.raises(NotAllowed):
        advance(bid, BidStage.FEASIBILITY, people.officer)
    services.advance(bid, to=BidStage.PROPOSAL, by=people.officer, on=ON, now=NOW, expect="planned")
    with pytest.raises(Stale):
        services.advance(bid, to=BidStage.PROPOSAL, by=people.officer, on=ON, now=NOW, expect="planned")
    with pytest.raises(Wrong):
        advance(bid, BidStage.FEASIBILITY, people.officer, on=date(2026, 6, 11))  # tomorrow


# steps aside --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("F02")
def test_sent_back_with_a_reason_and_taken_up_again(county: Unit, people: People) -> None:
    bid = make_bid(county, people, **OPENING)
    for stage in LADDER.order[1:4]:
        bid = advance(bid, stage, people.officer)
    bid = services.send_back(bid, by=people.officer, on=ON, now=NOW, reason="可研深度不够", to=BidStage.PROPOSAL)
    assert (bid.stage, bid.state, bid.state_reason) == ("proposal", "sent_back", "可研深度不够")
    with pytest.raises(NotAllowed):
        advance(bid, BidStage.FEASIBILITY, people.officer)
    bid = services.resume(bid, by=people.officer, on=ON, now=NOW)
    assert (bid.state, bid.state_reason) == (BidState.ACTIVE, "")
    assert advance(bid, BidStage.FEASIBILITY, people.officer).stage == BidStage.FEASIBILITY
    kinds = list(bid.changes.order_by("pk").values_list("new", "state", "reason"))[-3:]
    assert kinds == [
        ("proposal", "sent_back", "可研深度不够"),
        ("proposal", "active", ""),
        ("feasibility", "active", ""),
    ]


@pytest.mark.requirement("F02")
def test_failed_needs_a_reason_and_can_be_taken_up_again(county: Unit, people: People) -> None:
    bid = make_bid(county, people)
    with pytest.raises(NeedsReason):
        services.fail(bid, by=people.officer, on=ON, now=NOW, reason=" ")
    bid = services.fail(bid, by=people.officer, on=ON, now=NOW, reason="未入选")
    assert bid.state == BidState.FAILED
    with pytest.raises(NotAllowed):
        services.fail(bid, by=people.officer, on=ON, now=NOW, reason="又一次")
    assert services.resume(bid, by=people.officer, on=ON, now=NOW).state == BidState.ACTIVE
    count = BidChange.objects.count()
    services.resume(bid, by=people.officer, on=ON, now=NOW)  # a second click changes nothing
    assert BidChange.objects.count() == count


def test_a_bid_is_sent_back_backwards_only(county: Unit, people: People) -> None:
    bid = make_bid(county, people)
    with pytest.raises(NotAllowed):
        services.send_back(bid, by=people.officer, on=ON, now=NOW, reason="退", to=BidStage.SELECTED)


# amounts ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("F02")
@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ({"received": 1}, {"received"}),
        ({"approved": 100, "received": 101}, {"received"}),
        ({"approved": 100, "received": 100, "paid": 101}, {"paid"}),
        ({"paid": 1}, {"paid"}),
        ({"asked": 100, "approved": 100, "received": 100, "paid": 100}, set()),
        ({"asked": 100, "approved": 0, "received": 0}, set()),
    ],
)
def test_money_that_never_came_cannot_be_received_or_paid(
    county: Unit, people: People, amounts: dict[str, int], wrong: set[str]
) -> None:
    if not wrong:
        assert make_bid(county, people, **amounts).pk
        return
    with pytest.raises(Wrong) as refused:
        make_bid(county, people, **amounts)
    assert set(refused.value.fields) == wrong
    assert not Bid.objects.exists()


def test_more_approved_than_asked_is_odd_and_does_not_block(county: Unit, people: People) -> None:
    project = make_project(county, total_investment=3000 * WAN)
    bid = make_bid(county, people, asked=4000 * WAN, approved=5000 * WAN, project=project)
    assert len(odd(bid)) == 2
    assert odd(make_bid(county, people, asked=100, approved=100)) == []


def test_days_in_the_future_or_out_of_order_are_told_by_field(county: Unit, people: People) -> None:
    with pytest.raises(Wrong) as refused:
        make_bid(county, people, proposal_on=date(2026, 6, 11))
    assert set(refused.value.fields) == {"proposal_on"}
    with pytest.raises(Wrong) as refused:
        make_bid(county, people, proposal_on=date(2026, 3, 1), feasibility_approved_on=date(2026, 2, 1))
    assert set(refused.value.fields) == {"feasibility_approved_on"}


# editing ------------------------------------------------------------------------------------------------------------


def test_two_people_editing_the_second_is_told(county: Unit, people: People) -> None:
    bid = make_bid(county, people)
    services.edit_bid(bid, by=people.office, now=NOW, version=1, asked=10)
    with pytest.raises(Stale):
        services.edit_bid(bid, by=people.officer, now=NOW, version=1, asked=20)
    bid.refresh_from_db()
    assert (bid.asked, bid.version) == (10, 2)
    services.edit_bid(bid, by=people.office, now=NOW, version=2, asked=10)  # nothing differs: nothing written
    assert bid.history.count() == 2


def test_what_a_stage_needs_cannot_be_emptied_afterwards(county: Unit, people: People) -> None:
    bid = make_bid(county, people, **OPENING)
    for stage in LADDER.order[1:4]:
        advance(bid, stage, people.officer)
    with pytest.raises(Wrong) as refused:
        services.edit_bid(bid, by=people.officer, now=NOW, asked=None)
    assert set(refused.value.fields) == {"asked"}


def test_who_may_edit_and_who_sees(county: Unit, people: People) -> None:
    bid = make_bid(county, people)
    may = {name for name, person in people.all().items() if can_edit_bid(person, bid)}
    assert may == {"office", "office_head", "officer", "unit_head", "finance"}
    assert can_edit_bid(people.leader, bid).why
    seen = {name for name, person in people.all().items() if Bid.objects.visible_to(person).exists()}
    assert "other_officer" not in seen
    assert {"officer", "office", "leader", "finance", "reader"} <= seen
    with pytest.raises(NotAllowed):
        services.edit_bid(bid, by=people.other_officer, now=NOW, asked=1)
    with pytest.raises(NotAllowed):
        services.create_bid(
            county=county, by=people.other_officer, now=NOW, name="他乡", unit=unit_of(county, "xicheng"),
            channel=Channel.EOD, year=2026,
        )  # fmt: skip


def test_the_labels_say_when_a_field_is_needed() -> None:
    assert LADDER.needs("asked", BidStage.SUBMITTED) == "now"
    assert LADDER.needs("asked", BidStage.FEASIBILITY) == "next"
    assert LADDER.needs("asked", BidStage.PLANNED) == ""
    assert LADDER.needs("remark", BidStage.PAID) == ""
    assert LADDER.next(BidStage.PAID) is None


def test_nobody_puts_a_bid_on_file_for_a_unit_of_another_county(county, people):
    assert can_add_bid(people.office, county, unit_of(county, "xicheng"))
    assert not can_add_bid(people.office, county, unit_of(make_county(code="other"), "xicheng"))
