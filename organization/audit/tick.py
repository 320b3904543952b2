from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from core.tick import Step
from organization.audit import services
from organization.units.models import Unit


def _seal(county: Unit, now: datetime, rules: Any, days: Any) -> int:
    """The log is one for all counties: the first one's step does it."""
    return services.seal(now=now)


def _tidy(county: Unit, now: datetime, rules: Any, days: Any) -> int:
    return services.tidy(now=now)


STEPS = (
    Step("audit_seal", 98, _seal, gettext_lazy("%(n)s rows of the log sealed")),
    Step("audit_tidy", 99, _tidy, gettext_lazy("%(n)s rows of the log tidied after their term")),
)
