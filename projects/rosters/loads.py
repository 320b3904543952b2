"""The lists that a county's file names are there in the year in which it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.days.office import local_day
from core.records.history import keep
from core.shapes import both
from organization.profiles.rules import Load
from organization.units.models import Unit
from projects.rosters.models import Roster
from projects.rosters.rules import named


def _new(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    """Those that the year doesn't have yet. What stands stays: the office may have changed it since."""
    year, made = local_day(now).year, []
    there = set(Roster.objects.of(county, year).values_list("code", flat=True))
    for position, table in enumerate(named(data), start=1):
        if table["code"] in there:
            continue
        name, english = both(table["label"])
        one = Roster(
            county=county, year=year, code=table["code"], name=name, name_en=english, position=position,
            rule=table.get("rule", ""), note=table.get("note", ""),
        )  # fmt: skip
        keep(one, by=None, now=now)
        made.append(name)
    return made


LOADS = (Load(_("lists of the year new: %s"), _new, order=60),)
