"""What the page of a squad shows of its projects: each with its light and its stage. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from core.days.periods import Period
from core.records.order import last
from projects.lights import Facts, Light, light
from projects.list.filters import GONE
from projects.registry.models import Project
from projects.reports.figures import with_light
from projects.rules import LightRules

AT_MOST = 30  # on a squad's page; the rest is in the list
BAD = {"red": 0, "amber": 1}


@dataclass(frozen=True)
class Shown:
    project: Project
    light: Light


def shown_of(projects: QuerySet[Project], period: Period, rules: LightRules) -> list[Shown]:
    """*projects* that are still the county's, at the end of *period*: the red first, then by their numbers."""
    found = with_light(projects.exclude(state__in=GONE), period, rules).select_related("lead_unit")
    rows = [Shown(one, light(Facts.of(one), period, rules)) for one in found.order_by(last("number"), "pk")]
    return sorted(rows, key=lambda row: BAD.get(row.light.colour, 2))
