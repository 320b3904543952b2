from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from core.tick import Step
from organization.accounts import services
from organization.units.models import Unit


def _forget(county: Unit, now: datetime, rules: Any, days: Any) -> int:
    return services.forget_slips(county, now=now)


STEPS = (Step("slips", 90, _forget, gettext_lazy("%(n)s times first passwords forgotten")),)
