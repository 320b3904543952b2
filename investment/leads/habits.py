"""How squads find investors in the replayed year: leads are found, followed, lost or landed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from core.amounts.grammar import WAN
from core.coded import coded
from core.habits import Day, Habit, Scene, Tries
from core.refusals import Refused
from investment.leads import services as investment
from investment.leads.models import Lead, LeadStage
from investment.leads.rules import InvestmentRules
from organization.people.models import Role, User
from organization.profiles.rules import rules_of
from organization.units.models import Unit, UnitKind
from projects.classes import ClassRules

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
    waiting = [(scene.start + timedelta(days=dice.randint(3, 270)), n) for n in range(len(scene.ideas))]
    return Leads(squads, waiting=waiting if squads else [])


def live(kept: Leads, scene: Scene, day: Day, dice: Random) -> None:
    for on, number in kept.waiting:
        if day.since < on <= day.on:
            _new_lead(kept, number, on, day.now, scene, dice)
    for pk, (lead, due) in list(kept.leads.items()):
        if due <= day.on:
            kept.leads[pk] = (_step_lead(lead, scene.office, day.on, day.now, dice, scene.tries), _later(day.on, dice))


def _later(day: date, dice: Random) -> date:
    return day + timedelta(days=dice.randint(*STEP_DAYS))


def _new_lead(kept: Leads, number: int, on: date, now: datetime, scene: Scene, dice: Random) -> None:
    name, sector, origin = scene.ideas[number]
    rules = rules_of(scene.county)
    modes = rules[InvestmentRules].modes
    lead = investment.create_lead(
        county=scene.county,
        by=scene.office,
        now=now,
        name=name,
        investor=f"{origin}客商{number + 1:02}",
        origin=origin,
        mode=modes[number % len(modes)].code,
        sector=coded(rules[ClassRules].of("sector"), sector),
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
