"""The step of the heartbeat: draft the bulletins whose day has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.days.office import Days
from core.days.periods import Period
from core.refusals import Refused
from core.told import tell
from dispatch.bulletins.called import day_of, drafted, period_of
from dispatch.bulletins.editor.progress import DRAFT, what_helps
from dispatch.bulletins.models import Bulletin
from dispatch.rounds.models import Round
from dispatch.rounds.months import month_states
from jobs import asked
from jobs.steps import Step
from organization.absences.models import Absence
from organization.profiles.rules import Rules
from organization.units.models import Unit

MONTHLY = "monthly"


def _draft(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    """The bulletins of each kind that the profile has a day for, once that day has come (`called.day_of`): if its
    month is finished and has a plan, unless one is there or was deleted. The office is told of each, and of one that
    couldn't be drafted, with what helps: the other kinds are drafted all the same."""
    kinds = drafted(rules)
    yearly = any(words.get("cycle") == "year" for words in kinds.values())
    return sum(_of_kind(county, kind, words, now, rules, days, yearly=yearly) for kind, words in kinds.items())


def _of_kind(
    county: Unit, kind: str, words: Mapping[str, Any], now: datetime, rules: Rules, days: Days, *, yearly: bool
) -> int:
    every = Bulletin.objects.filter(county=county, kind=kind)
    there = {*every.standing().values_list("period", flat=True), *every.deleted().values_list("period", flat=True)}
    rounds = Round.objects.filter(county=county, kind=Round.Kind.MONTHLY).select_related("county")
    undrafted: dict[Period, tuple[Period, Round]] = {}
    for opened in rounds.exclude(period__in=there):
        month = Period.parse(opened.period)
        period = period_of(month, str(words.get("cycle", "month")), yearly=yearly)
        if period is not None and str(period) not in there and _is_due(period, kind, now, rules, days):
            undrafted[month] = period, opened
    states = month_states(county, undrafted, now=now) if undrafted else {}
    missing = [found for month, found in undrafted.items() if states[month].ready]
    return sum(_one(county, kind, period, opened, now, days) for period, opened in missing)


def _one(county: Unit, kind: str, period: Period, opened: Round, now: datetime, days: Days) -> bool:
    """Whether it is drafted; that it can't be stands where drafts stand that somebody asked for."""
    from dispatch.bulletins.services import draft_bulletin  # with what makes papers: only when it is needed

    try:
        with transaction.atomic():
            bulletin = draft_bulletin(county, kind, period, now=now)
    except (Refused, ValueError, LookupError) as error:
        run, made = asked.fail(DRAFT, f"{county.pk}:{kind}:{period}:1", error, now=now)
        if made:
            tell("bulletin_undrafted", run, by=None, now=now, days=days, why=what_helps(run.error))
        return False
    if kind == MONTHLY:
        tell("bulletin_drafted", opened, by=None, now=now, days=days)
    else:
        tell("bulletin_kind_drafted", bulletin, by=None, now=now, days=days)
    return True


def _tell_deputies(county: Unit, now: datetime, rules: Rules, days: Days) -> int:
    """Whoever deputises today for the one that a bulletin waits for is told, each once; how many bulletins wait for
    somebody who is away."""
    waiting = Bulletin.objects.filter(county=county, status=Bulletin.Status.SIGNING).exclude(signer=None).listed()
    away = waiting.filter(signer__in=Absence.objects.on(timezone.localdate(now)).values("post"))
    found = list(away.select_related("county", "signer__holder"))
    for bulletin in found:
        tell("bulletin_deputy", bulletin, by=None, now=now, days=days)
    return len(found)


def _is_due(period: Period, kind: str, now: datetime, rules: Rules, days: Days) -> bool:
    day = day_of(rules, kind, period, days)
    return day is not None and day <= timezone.localdate(now)


STEPS = (
    Step("drafted", 70, _draft, gettext_lazy("%(n)s bulletins drafted")),
    Step("deputies", 75, _tell_deputies, gettext_lazy("%(n)s bulletins wait for somebody who is away")),
)
