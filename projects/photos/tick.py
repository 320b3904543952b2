"""What the heartbeat does for photos: what is odd about them follows the places of their projects."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.records import pieces
from core.tick import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.photos.services import judge_touched


def _judge(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return judge_touched(county, now=now)


def _sweep(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return pieces.sweep(now=now)


STEPS = (
    Step("photos", 8, _judge, gettext_lazy("%(n)s photos are judged anew, as places or rules were put right")),
    Step("pieces", 8, _sweep, gettext_lazy("%(n)s uploads that nobody went on with are thrown away")),
)
