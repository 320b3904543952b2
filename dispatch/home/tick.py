from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.home import services
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _keep(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return services.keep_reds(county, now=now)


STEPS = (Step("reds", 80, _keep, gettext_lazy("red projects of %(n)s days kept")),)
