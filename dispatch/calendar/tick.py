"""The step of the heartbeat: what the calendar has for the day."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.calendar import services
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _carry_out(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return services.carry_out(county, now=now, rules=rules, days=days)


STEPS = (Step("calendar", 65, _carry_out, gettext_lazy("%(n)s acts of the calendar")),)
