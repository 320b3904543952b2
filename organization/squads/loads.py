"""The squads of a county's file. What the page changed stays, until the file says something else than before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.records.history import keep
from core.shapes import ORIGIN
from organization.people.models import Post
from organization.profiles.loads import named_posts
from organization.profiles.rules import Load
from organization.squads.models import Squad
from organization.squads.services import write_squad
from organization.units.models import Unit


def _told(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a squad's table says; where it is from changes nothing."""
    return {key: value for key, value in table.items() if key not in ORIGIN}


def _facts(table: Mapping[str, Any], units: Mapping[str, Unit], posts: Mapping[Any, Post]) -> dict[str, Any]:
    """By field of `Squad`. The stored data is JSON: its days are text. A unit that was merged since is the one that
    it was merged into."""
    own = units[table["unit"]]
    lead = units[table["lead"]].standing if table.get("lead") else None
    members = [units[code].standing for code in table.get("members", [])]
    named = [(head["unit"], head["post"]) for head in table.get("heads", [])]
    heads = [posts[one] for one in named if one in posts]
    days = {name: date.fromisoformat(table[name]) if table.get(name) else None for name in ("since", "until")}
    return {
        "lead": lead if lead != own else None,
        "members": [one for one in dict.fromkeys(members) if one != own],
        "heads": list(dict.fromkeys(heads)),
        "duties": table.get("duties", []),
        **days,
    }


def _store(county: Unit, data: Mapping[str, Any], now: datetime, *, new: bool) -> list[str]:
    units = {unit.code: unit for unit in Unit.objects.filter(county=county)}
    posts = named_posts(county)
    rows = Squad._base_manager.select_for_update(of=("self",)).filter(unit__county=county).order_by("pk")
    there = {squad.unit_id: squad for squad in rows}
    names = []
    for table in data.get("squad", []):
        unit, told = units[table["unit"]], _told(table)
        squad = there.get(unit.pk)
        if (squad is None) != new or (squad is not None and squad.filed == told):
            continue
        squad = squad or Squad(unit=unit)
        squad.filed = told
        before = squad.version if squad.pk else 0
        write_squad(squad, _facts(table, units, posts), by=None, now=now)
        if squad.version != before:
            names.append(unit.short_name)
        else:  # the file says the same in another order
            keep(squad, by=None, now=now, fields=["filed"])
    return names


def _new(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return _store(county, data, now, new=True)


def _changed(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return _store(county, data, now, new=False)


LOADS = (
    Load(_("squads new: %s"), _new, order=20),
    Load(_("squads changed: %s"), _changed, order=21),
)
