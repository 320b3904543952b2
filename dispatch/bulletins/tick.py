"""The steps of the heartbeat: open what is to be opened, remind, collect, escalate, close, draft."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.days.periods import Period
from core.told import tell
from dispatch.bulletins.models import Bulletin
from dispatch.prose.rules import BulletinRules
from dispatch.rounds.models import Round
from dispatch.rounds.months import month_states
from jobs.steps import Step
from organization.absences.models import Absence
from organization.profiles.rules import Rules
from organization.units.models import Unit


def _draft(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    """The bulletin of each finished month that has a plan, unless one is there or was deleted; the office is told."""
    if not rules[BulletinRules].of("monthly"):
        return 0  # a county without wording for it writes its own
    every = Bulletin.objects.filter(county=county, kind="monthly")
    there = {*every.standing().values_list("period", flat=True), *every.deleted().values_list("period", flat=True)}
    opened_ones = Round.objects.filter(county=county, kind=Round.Kind.MONTHLY).exclude(period__in=there)
    undrafted = {Period.parse(opened.period): opened for opened in opened_ones.select_related("county")}
    states = month_states(county, undrafted, now=now) if undrafted else {}
    missing = [opened for month, opened in undrafted.items() if states[month].ready]
    if missing:
        from dispatch.bulletins.services import draft_bulletin  # with what makes papers: only when it is needed
    for opened in missing:
        draft_bulletin(county, "monthly", Period.parse(opened.period), now=now)
        tell("bulletin_drafted", opened, by=None, now=now, days=days)
    return len(missing)


def _tell_deputies(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    """Whoever deputises today for the one that a bulletin waits for is told, each once; how many bulletins wait for
    somebody who is away."""
    waiting = Bulletin.objects.filter(county=county, status=Bulletin.Status.SIGNING).exclude(signer=None).listed()
    away = waiting.filter(signer__in=Absence.objects.on(timezone.localdate(now)).values("post"))
    found = list(away.select_related("county", "signer__holder"))
    for bulletin in found:
        tell("bulletin_deputy", bulletin, by=None, now=now, days=days)
    return len(found)


STEPS = (
    Step("drafted", 70, _draft, gettext_lazy("%(n)s bulletins drafted")),
    Step("deputies", 75, _tell_deputies, gettext_lazy("%(n)s bulletins wait for somebody who is away")),
)
