"""How officers bid for funds in the replayed year: a bid for some projects, moved on as months pass."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from core.amounts.grammar import WAN
from core.coded import label_of, labels
from core.habits import Day, Habit, Scene, Tries
from core.refusals import Refused
from funding.bids import services as funding
from funding.bids.models import Bid, BidStage, Channel
from funding.bids.rules import FundingRules
from organization.people.models import User
from organization.profiles.rules import rules_of
from projects.classes import ClassRules
from projects.models import Project

# How the default profile's channels share the bids, and the part of a project's total that is asked for.
SHARES: dict[str, tuple[int, float]] = {
    Channel.CENTRAL_BUDGET: (5, 0.5),
    Channel.TREASURY_BOND: (4, 0.6),
    Channel.SPECIAL_BOND: (4, 0.7),
    Channel.PROVINCE_BUDGET: (2, 0.3),
    Channel.DEPARTMENT: (2, 0.25),
}
STEP_DAYS = (18, 55)  # between two steps
EARLY, EARLY_DAYS = 4, (6, 13)  # so many bids are under way from the first days, and one of them is sent back
WINDOW = (25, 70)  # days from the beginning of a bid to the deadline of its application


@dataclass
class Bids:
    """The bids, when each moves next, and the projects that will bid."""

    bids: dict[int, tuple[Bid, User, date]] = field(default_factory=dict)
    candidates: list[tuple[date, Project]] = field(default_factory=list)
    early: list[int] = field(default_factory=list)


def begin(scene: Scene, dice: Random) -> Bids:
    kinds = rules_of(scene.county)[ClassRules].flagged("government")["investment_kind"]
    public = [project for project in scene.projects if project.investment_kind in kinds]
    chosen = dice.sample(public, min(17, len(public)))
    days = [dice.randint(2, 9) if n < EARLY else dice.randint(10, 250) for n in range(len(chosen))]
    return Bids(candidates=[(scene.start + timedelta(days=n), one) for n, one in zip(days, chosen, strict=True)])


def live(kept: Bids, scene: Scene, day: Day, dice: Random) -> None:
    for on, project in kept.candidates:
        if day.since < on <= day.on:
            _new_bid(kept, project, scene.officers[project.lead_unit_id], on, day.now, dice)
    for pk, (bid, officer, due) in list(kept.bids.items()):
        if due <= day.on:
            first = pk == kept.early[0] if kept.early else False
            luck = 0.0 if first else dice.random()
            bid = _step_bid(bid, officer, day.on, day.now, luck, dice, scene.tries)
            kept.bids[pk] = (bid, officer, _later(day.on, dice, _days(kept, bid)))


def _days(kept: Bids, bid: Bid) -> tuple[int, int]:
    """How long the next step takes."""
    quick = bid.pk in kept.early and bid.stage in (BidStage.PLANNED, BidStage.PROPOSAL, BidStage.FEASIBILITY)
    return EARLY_DAYS if quick else STEP_DAYS


def _later(day: date, dice: Random, days: tuple[int, int]) -> date:
    return day + timedelta(days=dice.randint(*days))


def _new_bid(kept: Bids, project: Project, officer: User, on: date, now: datetime, dice: Random) -> None:
    channels = rules_of(project.county)[FundingRules].channels
    usual = {code: found for code, found in SHARES.items() if code in labels(channels)}
    usual = usual or {entry.code: (1, 0.5) for entry in channels}  # a county with channels of its own
    channel = dice.choices(list(usual), [share for share, _part in usual.values()])[0]
    total = project.total_investment or 0
    bid = funding.create_bid(
        county=project.county,
        by=officer,
        now=now,
        unit=project.lead_unit,
        project=project,
        name=f"{project.name}{label_of(channels, channel)}",
        channel=channel,
        year=on.year,
        deadline=on + timedelta(days=dice.randint(*WINDOW)),
        asked=round(total * usual[channel][1] / WAN / 10) * 10 * WAN,
    )
    if len(kept.early) < EARLY:
        kept.early.append(bid.pk)
    kept.bids[bid.pk] = (bid, officer, _later(on, dice, _days(kept, bid)))


def _step_bid(bid: Bid, officer: User, day: date, now: datetime, luck: float, dice: Random, tries: Tries) -> Bid:
    """One stage on, with what the stage needs; one in ten is sent back, one in twenty fails."""
    order = list(BidStage)
    at = order.index(BidStage(bid.stage))
    if at == len(order) - 1 or bid.state != "active":
        return bid
    to = order[at + 1]
    facts: dict[str, Any] = {}
    if to is BidStage.FEASIBILITY:
        facts = {"feasibility_number": f"发改审批〔{day.year}〕{dice.randint(10, 99)}号"}
    elif to is BidStage.ISSUED:
        share = dice.choice([0.6, 0.8, 1.0])
        facts = {"approved": round((bid.asked or 0) * share / WAN) * WAN, "issue_number": f"财建〔{day.year}〕{at}9号"}
    elif to is BidStage.PAID:
        facts = {"received": bid.approved, "paid": round((bid.approved or 0) * 0.4 / WAN) * WAN}
    if to is BidStage.SELECTED and luck < 0.15:
        with suppress(Refused):
            if luck < 0.1:
                return funding.send_back(bid, by=officer, on=day, now=now, reason="可研深度不够，补充后再报")
            return funding.fail(bid, by=officer, on=day, now=now, reason="不在本批投向范围")
        return bid
    with tries.step(f"{bid._meta.verbose_name}: {to.label}"):
        if facts:
            bid = funding.edit_bid(bid, by=officer, now=now, **facts)
        return funding.advance(bid, to=to, by=officer, on=day, now=now)
    return bid


HABITS = (Habit("bids", 20, begin, live),)
