"""The rounds as acts of the calendar, and where one leads that has opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from core.called import Called
from core.days.office import Days, local_day
from core.days.periods import Kind, Period
from dispatch.calendar.recurrence import Act
from dispatch.rounds.models import Round
from dispatch.rounds.rules import WeeklyRules
from dispatch.rounds.windows import KINDS, MONTHLY, WEEKLY, window
from organization.profiles.rules import Rules
from projects.rules import MonthlyRules


def _acts(rules: Rules, first: date, last: date, days: Days) -> Iterator[Act]:
    """The month's and the week's, each from its section; those that the calendar calls are its own rules."""
    for kind, own in ((MONTHLY, rules[MonthlyRules]), (WEEKLY, rules[WeeklyRules])):
        period = Period.of(first, KINDS[kind]).previous()
        while own.enabled and period.first <= last:
            found = window(kind, period, own, days)
            if found and first <= local_day(found.opens_at) <= last:
                label = Round.Kind(kind).label
                yield Act(kind, "round", label, period.first, local_day(found.opens_at), found.due_at, str(period))
            period = period.next()


def _made(county: Any, acts: Iterable[Act]) -> Mapping[tuple[str, date], str]:
    wanted = {}
    for act in acts:
        if act.does == "round":
            kind = act.rule if act.about else Round.Kind.CALLED
            wanted[kind, act.about or str(Period.of(act.named, Kind.DAY))] = act.rule, act.named
    there = Round.objects.filter(county=county, period__in={period for _kind, period in wanted})
    return {
        wanted[kind, period]: reverse("dispatch:round", args=[pk])
        for pk, kind, period in there.order_by().values_list("pk", "kind", "period")
        if (kind, period) in wanted
    }


CALLED = (Called("round", acts=_acts, made=_made),)
