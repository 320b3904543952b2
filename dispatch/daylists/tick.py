"""The step of the heartbeat: lists of rounds that have ended."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.daylists import services
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _freeze(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return services.freeze_due(county, now=now, rules=rules)


STEPS = (Step("day_lists", 62, _freeze, gettext_lazy("%(n)s lists of the day frozen")),)
