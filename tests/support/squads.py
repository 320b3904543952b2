"""Squads for tests, made by their own service."""

from __future__ import annotations

from typing import Any

from organization.squads.models import Squad
from organization.squads.services import form_squad
from organization.units.models import Unit
from tests.support.factories import NOW, unit_of
from tests.support.people import People


def make_squad(county: Unit, people: People, name: str = "招商专班", *, lead: str = "gongxin", **facts: Any) -> Squad:
    """A squad that works: the second leader heads it, *lead* leads it, the housing bureau is a member."""
    told = {
        "heads": people.other_leader.current_posts,
        "lead": unit_of(county, lead),
        "members": [unit_of(county, "zhujian")],
        "duties": ["每周调度重点项目"],
    }
    return form_squad(county, name=name, by=people.office, now=NOW, **told | facts)
