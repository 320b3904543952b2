"""The rounds that rules of the calendar call, beside those of the month and the week. Reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.days.office import Days, at, local_day
from core.days.periods import Period
from dispatch.calendar.recurrence import REACH
from dispatch.calendar.rules import CalendarRules
from dispatch.calendar.scope import within
from dispatch.rounds.models import Round
from dispatch.rounds.rules import WeeklyRules
from dispatch.rounds.windows import CALLED, MONTHLY, Window, called, called_on, window
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.registry.models import ProjectQuerySet
from projects.rules import MonthlyRules, RoundRules


def rules_for(kind: str, rules: Rules) -> RoundRules:
    return rules[MonthlyRules] if kind == MONTHLY else rules[WeeklyRules]


def plan_of(opened: Round, rules: Rules, days: Days) -> Window | None:
    """The round as the rules have it now."""
    period = Period.parse(opened.period)
    if opened.kind == CALLED:
        return called_on(period, rules[CalendarRules], days)
    return window(opened.kind, period, rules_for(opened.kind, rules), days)


def waiting(county: Unit, *, since: datetime, now: datetime, rules: Rules, days: Days) -> Iterator[Window]:
    """Those that should be open or have been by *now*: after the newest on file, none that was over by *since*."""
    if not any(rule.does == "round" for rule in rules[CalendarRules].rule):
        return
    newest = Round.objects.filter(county=county, kind=CALLED).order_by("-period").first()
    begin = max(local_day(since), Period.parse(newest.period).first if newest else local_day(now))
    for found in called(rules[CalendarRules], begin - REACH, local_day(now), days):
        new = newest is None or str(found.period) > newest.period
        if new and found.opens_at <= now and found.due_at > at(local_day(since)) and found.period.last >= begin:
            yield found


def among(county: Unit, found: Window, rules: Rules) -> ProjectQuerySet | None:
    """The projects that its rule is about."""
    rule = rules[CalendarRules].of(found.rule)
    return within(county, rule, found.period.first) if rule else None
