from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from core.tick import Step
from organization.handovers import services
from organization.units.models import Unit


def _carry_out(county: Unit, now: datetime, rules: Any, days: Any) -> int:
    return services.carry_out_due(county, now=now) + services.keep_valid(county, now=now)


STEPS = (Step("posts", 2, _carry_out, gettext_lazy("%(n)s posts changed")),)  # after the units that they belong to
