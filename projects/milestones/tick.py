from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.milestones import services as milestones
from projects.milestones.rules import ScheduleRules


def _late(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return milestones.tell_late(county, now=now, late_days=rules[ScheduleRules].late_days, days=days)


STEPS = (Step("milestones_late", 57, _late, gettext_lazy("%(n)s milestones late")),)
