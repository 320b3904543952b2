from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.tick import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit
from outbox.settling import settle_recent


def _settle(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return settle_recent(county, now=now)


STEPS = (Step("settled", 80, _settle, gettext_lazy("%(n)s notices settled, or open again")),)  # after what was told
