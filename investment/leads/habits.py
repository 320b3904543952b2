"""How squads find investors in the replayed year: leads are found, followed, lost or landed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from core.amounts.grammar import WAN
from core.habits import Day, Habit, Scene, Tries
from core.refusals import Refused
from investment.leads import services as investment
from investment.leads.models import Lead, LeadStage, Mode
from investment.leads.rules import InvestmentRules
from organization.people.models import Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind

LEADS = (  # what, sector as people say it, where the investor is from, mode of the default profile
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
class Leads:
    """The leads, when each moves next, who follows them, and those not found yet."""

    squads: list[Unit]
    leads: dict[int, tuple[Lead, date]] = field(default_factory=dict)
    waiting: list[tuple[date, int]] = field(default_factory=list)


def begin(scene: Scene, dice: Random) -> Leads:
    squads = [who.unit for who in scene.officers.values() if who.unit and who.unit.kind == UnitKind.ZONE]
    posts = Unit.objects.filter(county=scene.county, posts__role__in=[Role.INVESTMENT, Role.SQUAD])
    squads += list(posts.distinct().order_by("position", "pk"))
    waiting = [(scene.start + timedelta(days=dice.randint(3, 270)), n) for n in range(len(LEADS))]
    return Leads(squads, waiting=waiting if squads else [])


def live(kept: Leads, scene: Scene, day: Day, dice: Random) -> None:
    for on, number in kept.waiting:
        if day.since < on <= day.on:
            _new_lead(kept, number, on, day.now, scene.county, scene.office, dice)
    for pk, (lead, due) in list(kept.leads.items()):
        if due <= day.on:
            kept.leads[pk] = (_step_lead(lead, scene.office, day.on, day.now, dice, scene.tries), _later(day.on, dice))


def _later(day: date, dice: Random) -> date:
    return day + timedelta(days=dice.randint(*STEP_DAYS))


def _new_lead(kept: Leads, number: int, on: date, now: datetime, county: Unit, office: User, dice: Random) -> None:
    name, sector, origin, usual = LEADS[number]
    modes = [mode.code for mode in rules_of(county)[InvestmentRules].modes]
    lead = investment.create_lead(
        county=county,
        by=office,
        now=now,
        name=name,
        investor=f"{origin}客商{number + 1:02}",
        origin=origin,
        mode=usual if usual in modes else modes[number % len(modes)],
        sector=sector,
        squad=kept.squads[number % len(kept.squads)],
        landing_unit=kept.squads[0],
        investment=dice.randint(30, 300) * 100 * WAN,
        contact="投资部负责人",
        found_on=on,
    )
    kept.leads[lead.pk] = (lead, _later(on, dice))


def _step_lead(lead: Lead, office: User, day: date, now: datetime, dice: Random, tries: Tries) -> Lead:
    """One stage on; some are lost on the way, a signed one lands."""
    order = list(LeadStage)
    at = order.index(LeadStage(lead.stage))
    if at == len(order) - 1 or lead.state != "active":
        return lead
    if at and dice.random() < 0.1:
        with suppress(Refused):
            return investment.lose(lead, by=office, on=day, now=now, reason="客商调整投资计划")
        return lead
    to = LeadStage(order[at + 1])
    with tries.step(f"{lead._meta.verbose_name}: {to.label}"):
        if lead.stage == LeadStage.SIGNED:
            investment.land(lead, by=office, on=day, now=now)
            lead.refresh_from_db()
            return lead
        return investment.advance(lead, to=to, by=office, on=day, now=now)
    return lead


HABITS = (Habit("leads", 30, begin, live),)
