from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.problems import services as problems
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _collect(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.collect(county, now=now)


def _escalate(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.escalate_due(county, now=now, days=days)


STEPS = (
    Step("collected", 40, _collect, gettext_lazy("%(n)s problems from reports")),
    Step("escalated", 50, _escalate, gettext_lazy("%(n)s problems climbed")),
)
