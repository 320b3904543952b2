from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.problems import services as problems
from dispatch.problems.handling import services as handling
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _collect(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.collect(county, now=now)


def _escalate(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return problems.escalate_due(county, now=now, days=days)


def _late_reports(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return handling.tell_late_reports(county, now=now)


STEPS = (
    Step("collected", 40, _collect, gettext_lazy("%(n)s problems from reports")),
    Step("escalated", 50, _escalate, gettext_lazy("%(n)s problems climbed")),
    Step("late_reports", 52, _late_reports, gettext_lazy("%(n)s reports to leaders overdue")),
)
