"""Bids for funds and leads of the demonstration county: put on file during the year, moved on as months pass."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from core.refusals import Refused
from dispatch.simulation.seeds import WAN
from funding import services as funding
from funding.models import Bid, BidStage, Channel
from investment import services as investment
from investment.models import Lead, LeadStage, Mode
from organization.models import Unit, User
from projects.choices import InvestmentKind
from projects.models import Project

SHARES = {  # how the channels share the bids, and the part of a project's total that is asked for
    Channel.CENTRAL_BUDGET: (5, 0.5),
    Channel.TREASURY_BOND: (4, 0.6),
    Channel.SPECIAL_BOND: (4, 0.7),
    Channel.PROVINCE_BUDGET: (2, 0.3),
    Channel.DEPARTMENT: (2, 0.25),
}
LEADS = (  # what, sector, where the investor is from, mode
    ("长白山矿泉饮品灌装", "食品", "浙江杭州", Mode.CHAIN),
    ("人参口服液生产线", "医药", "吉林长春", Mode.ENTERPRISE),
    ("玄武岩纤维复合筋", "新材料", "四川成都", Mode.CHAIN),
    ("农产品冷链物流园", "物流", "山东寿光", Mode.SQUAD),
    ("医用敷料生产基地", "医药", "河南长垣", Mode.SQUAD),
    ("冰雪装备制造", "装备", "河北张家口", Mode.PLATFORM),
    ("中药配方颗粒", "医药", "广东佛山", Mode.CHAIN),
    ("汽车线束配套", "装备", "吉林长春", Mode.ENTERPRISE),
    ("鲜食玉米预制菜", "食品", "山东潍坊", Mode.SQUAD),
    ("石墨负极材料", "新材料", "湖南长沙", Mode.FUND),
    ("生物有机肥", "农业", "黑龙江哈尔滨", Mode.ENTERPRISE),
    ("森林康养小镇", "文旅", "上海", Mode.PLATFORM),
    ("智能温室育苗中心", "农业", "北京", Mode.ENCLAVE),
    ("数字印刷包材", "轻工", "广东东莞", Mode.CONTEST),
)
STEP_DAYS = (18, 55)  # between two steps


@dataclass
class Ways:
    """The bids and leads, and when each moves next."""

    bids: dict[int, tuple[Bid, User, date]] = field(default_factory=dict)
    leads: dict[int, tuple[Lead, date]] = field(default_factory=dict)
    waiting: list[tuple[date, int]] = field(default_factory=list)  # leads not found yet
    candidates: list[tuple[date, Project]] = field(default_factory=list)  # projects that will bid


def settle(projects: list[Project], *, start: date, random: Random) -> Ways:
    """Which projects will bid and which leads will be found, and on which days."""
    ways = Ways()
    public = [p for p in projects if p.investment_kind == InvestmentKind.GOVERNMENT]
    for project in random.sample(public, min(17, len(public))):
        ways.candidates.append((start + timedelta(days=random.randint(6, 250)), project))
    ways.waiting = [(start + timedelta(days=random.randint(3, 270)), n) for n in range(len(LEADS))]
    return ways


def live(
    ways: Ways,
    *,
    county: Unit,
    since: date,
    day: date,
    now: datetime,
    officers: dict[int, User],
    office: User,
    squads: list[Unit],
    random: Random,
) -> None:
    """What a working day brings: new bids and leads, and steps of those there are."""
    for on, project in ways.candidates:
        if since < on <= day:
            _new_bid(ways, project, officers[project.lead_unit_id], on, now, random)
    for on, number in ways.waiting:
        if since < on <= day:
            _new_lead(ways, number, on, now, county, office, squads, random)
    for pk, (bid, officer, due) in list(ways.bids.items()):
        if due <= day:
            ways.bids[pk] = (_step_bid(bid, officer, day, now, random), officer, _later(day, random))
    for pk, (lead, due) in list(ways.leads.items()):
        if due <= day:
            ways.leads[pk] = (_step_lead(lead, office, day, now, random), _later(day, random))


def _later(day: date, random: Random) -> date:
    return day + timedelta(days=random.randint(*STEP_DAYS))


def _new_bid(ways: Ways, project: Project, officer: User, on: date, now: datetime, random: Random) -> None:
    channel = random.choices(list(SHARES), [share for share, _part in SHARES.values()])[0]
    total = project.total_investment or 0
    bid = funding.create_bid(
        county=project.county,
        by=officer,
        now=now,
        unit=project.lead_unit,
        project=project,
        name=f"{project.name}{Channel(channel).label}",
        channel=channel,
        year=on.year,
        asked=round(total * SHARES[channel][1] / WAN / 10) * 10 * WAN,
    )
    ways.bids[bid.pk] = (bid, officer, _later(on, random))


def _step_bid(bid: Bid, officer: User, day: date, now: datetime, random: Random) -> Bid:
    """One stage on, with what the stage needs; one in ten is sent back, one in twenty fails."""
    order = list(BidStage)
    at = order.index(BidStage(bid.stage))
    if at == len(order) - 1 or bid.state != "active":
        return bid
    to, dice = order[at + 1], random.random()
    facts: dict[str, Any] = {}
    if to is BidStage.FEASIBILITY:
        facts = {"feasibility_number": f"发改审批〔{day.year}〕{random.randint(10, 99)}号"}
    elif to is BidStage.ISSUED:
        share = random.choice([0.6, 0.8, 1.0])
        facts = {"approved": round((bid.asked or 0) * share / WAN) * WAN, "issue_number": f"财建〔{day.year}〕{at}9号"}
    elif to is BidStage.PAID:
        facts = {"received": bid.approved, "paid": round((bid.approved or 0) * 0.4 / WAN) * WAN}
    with suppress(Refused):
        if to is BidStage.SELECTED and dice < 0.1:
            return funding.send_back(bid, by=officer, on=day, now=now, reason="可研深度不够，补充后再报")
        if to is BidStage.SELECTED and dice < 0.15:
            return funding.fail(bid, by=officer, on=day, now=now, reason="不在本批投向范围")
        if facts:
            bid = funding.edit_bid(bid, by=officer, now=now, **facts)
        return funding.advance(bid, to=to, by=officer, on=day, now=now)
    return bid


def _new_lead(
    ways: Ways, number: int, on: date, now: datetime, county: Unit, office: User, squads: list[Unit], random: Random
) -> None:
    name, sector, origin, mode = LEADS[number]
    lead = investment.create_lead(
        county=county,
        by=office,
        now=now,
        name=name,
        investor=f"{origin}客商{number + 1:02}",
        origin=origin,
        mode=mode,
        sector=sector,
        squad=squads[number % len(squads)],
        landing_unit=squads[0],
        investment=random.randint(30, 300) * 100 * WAN,
        contact="投资部负责人",
        found_on=on,
    )
    ways.leads[lead.pk] = (lead, _later(on, random))


def _step_lead(lead: Lead, office: User, day: date, now: datetime, random: Random) -> Lead:
    """One stage on; some are lost on the way, a signed one lands."""
    order = list(LeadStage)
    at = order.index(LeadStage(lead.stage))
    if at == len(order) - 1 or lead.state != "active":
        return lead
    with suppress(Refused):
        if at and random.random() < 0.1:
            return investment.lose(lead, by=office, on=day, now=now, reason="客商调整投资计划")
        if lead.stage == LeadStage.SIGNED:
            investment.land(lead, by=office, on=day, now=now)
            lead.refresh_from_db()
            return lead
        return investment.advance(lead, to=order[at + 1], by=office, on=day, now=now)
    return lead
