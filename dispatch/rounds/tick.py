from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from dispatch.rounds import services as rounds
from jobs.steps import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _open(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return len(rounds.open_due(county, now=now, rules=rules, days=days))


def _keep(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return rounds.keep_in_step(county, now=now)


def _close(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return rounds.close_due(county, now=now, rules=rules, days=days)


STEPS = (
    Step("opened", 10, _open, gettext_lazy("%(n)s rounds opened")),
    Step("kept", 20, _keep, gettext_lazy("%(n)s lines of rounds brought up to date")),
    Step("closed", 60, _close, gettext_lazy("%(n)s rounds closed")),
)
