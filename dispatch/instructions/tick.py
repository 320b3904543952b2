from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.instructions import services as instructions
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _late(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return instructions.remind_late(county, now=now, days=days)


STEPS = (Step("instructions_late", 55, _late, gettext_lazy("%(n)s answers to leaders overdue")),)
