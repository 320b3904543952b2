"""What the page of a squad shows of its projects: each with its light and its stage. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from core.days.periods import Period
from core.records.order import last
from projects.lights import Facts, Light, light
from projects.list.asked import GONE
from projects.registry.months.models import ProjectMonth
from projects.rules import LightRules

AT_MOST = 30  # on a squad's page; the rest is in the list
BAD = {"red": 0, "amber": 1}


@dataclass(frozen=True)
class Shown:
    row: ProjectMonth
    light: Light


def shown_of(rows: QuerySet[ProjectMonth], period: Period, rules: LightRules) -> list[Shown]:
    """Those of *rows* that were still the county's at the end of *period*: the red first, then by their numbers."""
    found = rows.exclude(state__in=GONE).select_related("project", "lead_unit")
    shown = [
        Shown(one, light(Facts.of(one), period, rules))
        for one in found.order_by(last("project__number"), "project_id")
    ]
    return sorted(shown, key=lambda row: BAD.get(row.light.colour, 2))
