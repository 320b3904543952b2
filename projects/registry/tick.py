"""What the heartbeat does for the registry: who sees the projects of a squad follows the squad's days, and
sponsorships the portfolio's."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.tick import Step
from organization.profiles.rules import Rules
from organization.squads import services as squads
from organization.units.models import Unit
from projects.registry.months import services as months
from projects.registry.succession import follow_portfolios


def _squads(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return squads.keep_in_step(county, now=now)


def _follow(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return follow_portfolios(county, now=now)


def _extend(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return months.extend(county, now=now)


STEPS = (  # after the units
    Step("squads", 5, _squads, gettext_lazy("%(n)s squads began or ended")),
    Step("sponsors", 5, _follow, gettext_lazy("%(n)s sponsorships passed on with the portfolio")),
    Step("months", 5, _extend, gettext_lazy("%(n)s projects got rows for the months to come")),
)
