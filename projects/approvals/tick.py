"""What the heartbeat does for approvals: checklists are drawn up, ends of validities are told in time."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.tick import Step
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.approvals import services as approvals
from projects.rules import ApprovalRules


def _draw_up(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return approvals.draw_up_all(county, now=now)


def _warn(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    return approvals.warn(county, rules[ApprovalRules].warn_days, now=now)


STEPS = (
    Step("checklists", 6, _draw_up, gettext_lazy("%(n)s projects got their checklist of approvals")),
    Step("validities", 7, _warn, gettext_lazy("%(n)s warnings that an approval ends")),
)
