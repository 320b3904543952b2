from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.tick import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit
from outbox.reminders import services


def _remind(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return services.remind(county, now=now, rules=rules, days=days)


# After all that changes what is due, before notices are settled.
STEPS = (Step("told_due", 75, _remind, gettext_lazy("%(n)s reminders of what is due")),)
