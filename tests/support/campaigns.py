"""Campaigns and their tasks, as tests need them."""

from __future__ import annotations

from datetime import date
from typing import Any

from dispatch.campaigns import services as campaigns
from dispatch.campaigns.giving import services as giving
from dispatch.campaigns.models import Campaign, Phase, Task
from organization.people.models import User
from organization.units.models import Unit
from tests.support.factories import NOW, unit_of

PHASES = [
    Phase("大起底", date(2026, 5, 1), date(2026, 6, 30)),
    Phase("大会战", date(2026, 7, 1), date(2026, 9, 30)),
]


def make_campaign(county: Unit, by: User, **facts: Any) -> Campaign:
    """百日攻坚 from May to September 2026."""
    given: dict[str, Any] = {
        "name": "百日攻坚",
        "first_on": date(2026, 5, 1),
        "last_on": date(2026, 9, 30),
        "phases": PHASES,
    }
    return campaigns.open_campaign(county, by=by, now=facts.pop("now", NOW), **(given | facts))


def make_task(campaign: Campaign, by: User, **facts: Any) -> Task:
    """A task of Xicheng, due at the end of June."""
    given: dict[str, Any] = {
        "title": "起底闲置土地",
        "unit": unit_of(campaign.county, "xicheng"),
        "due_on": date(2026, 6, 30),
    }
    return giving.give_task(campaign, by=by, now=facts.pop("now", NOW), **(given | facts))


def make_part(task: Task, by: User, **facts: Any) -> Task:
    """A part for the unit's own head, unless *facts* say who."""
    if "unit" not in facts and "post" not in facts:
        facts["post"] = task.unit.posts.get(title="镇长")
    given: dict[str, Any] = {"title": "逐宗核实", "due_on": task.due_on, "target": None, "measure": ""}
    return giving.split_task(task, by=by, now=facts.pop("now", NOW), **(given | facts))
