from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from core.tick import Step
from organization.units.models import Unit
from projects.registry import services


def _follow(county: Unit, now: datetime, rules: Any, days: Any) -> int:
    return services.follow_portfolios(county, now=now)


STEPS = (Step("sponsors", 5, _follow, gettext_lazy("%(n)s sponsorships passed on with the portfolio")),)  # after units
