"""What the heartbeat does for the registry: who sees the projects of a squad follows the squad's days."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.squads import services as squads
from organization.units.models import Unit


def _squads(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return squads.keep_in_step(county, now=now)


STEPS = (Step("squads", 5, _squads, gettext_lazy("%(n)s squads began or ended")),)
