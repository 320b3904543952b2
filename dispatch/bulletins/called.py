"""On which days bulletins are drafted, for the calendar and the heartbeat, and where a draft is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.called import Called
from core.days import workdays
from core.days.office import Days
from core.days.periods import Kind, Period
from core.shapes import Name, make
from dispatch.bulletins.models import Bulletin
from dispatch.calendar.recurrence import Act, of_rule
from dispatch.calendar.rules import CalendarRule, CalendarRules
from dispatch.prose.rules import BulletinRules
from organization.profiles.rules import Rules

YEAR = timedelta(days=400)  # a rule that has no day so soon after a period has none of its own


def drafted(rules: Rules) -> dict[str, Mapping[str, Any]]:
    """The words of the kinds that the county has drafted: by so many working days in the kind's own section (`draft`),
    or by a rule of the calendar, which goes first (without `draft`, then)."""
    wording, called = rules[BulletinRules], {rule.kind for rule in _rules(rules)}
    found: dict[str, Mapping[str, Any]] = {}
    for kind in wording.kinds:
        words = wording.of(kind)
        if "section" in words and kind in called:
            found[kind] = {key: value for key, value in words.items() if key != "draft"}
        elif "section" in words and words.get("draft"):
            found[kind] = words
    return found


def day_of(rules: Rules, kind: str, period: Period, days: Days) -> date | None:
    """The day on which what is over with *period* is drafted; None if a rule has none for it."""
    here = [rule for rule in _rules(rules) if rule.kind == kind]
    if here:
        after, until = period.last + timedelta(days=1), period.last + YEAR
        found = [act.day for rule in here for act in of_rule(rule, rules[CalendarRules].rule, after, until, days)]
        return min(found, default=None)
    return workdays.add_workdays(period.last, rules[BulletinRules].of(kind)["draft"], days)


def period_of(month: Period, cycle: str, *, yearly: bool = False) -> Period | None:
    """What ends with *month*, of a kind of that cycle: the month, the half, the year. *yearly*: the county has a
    summary of the year drafted, which is the second half's."""
    if cycle == "month":
        return month
    if cycle == "half" and (month.number == 6 or (month.number == 12 and not yearly)):
        return Period(month.year, Kind.HALF, month.number // 6)
    return Period(month.year, Kind.YEAR) if cycle == "year" and month.number == 12 else None


def ends_before(day: date) -> list[str]:
    """The month, half and year that were over last before *day*, as stored."""
    return [str(Period.of(day, kind).previous()) for kind in (Kind.MONTH, Kind.HALF, Kind.YEAR)]


def _rules(rules: Rules) -> list[CalendarRule]:
    return [rule for rule in rules[CalendarRules].rule if rule.does == "draft"]


def _acts(rules: Rules, first: date, last: date, days: Days) -> Iterator[Act]:
    """Of the kinds that have so many working days in their own section; the calendar's own rules are its own."""
    kinds = drafted(rules)
    yearly = any(words.get("cycle") == "year" for words in kinds.values())
    for kind, words in kinds.items():
        if "draft" not in words:
            continue
        month = Period.of(first - timedelta(days=100))
        while month.first <= last:
            period = period_of(month, str(words.get("cycle", "month")), yearly=yearly)
            day = day_of(rules, kind, period, days) if period else None
            if period and day and first <= day <= last:
                label = _("Draft: %(what)s") % {"what": make(Name, words.get("label", kind))}
                yield Act(f"draft_{kind}", "draft", label, period.last, day, None, str(period))
            month = month.next()


def _made(county: Any, acts: Iterable[Act]) -> Mapping[tuple[str, date], str]:
    wanted: dict[tuple[str, str], tuple[str, date]] = {}
    for act in acts:
        if act.does == "draft":
            kind = act.by_rule.kind if act.by_rule else act.rule.removeprefix("draft_")
            for period in [act.about] if act.about else ends_before(act.named):
                wanted.setdefault((kind, period), (act.rule, act.named))
    there = Bulletin.objects.filter(county=county, period__in={period for _kind, period in wanted}).standing()
    return {
        wanted[kind, period]: reverse("dispatch:bulletin", args=[pk])
        for pk, kind, period in there.order_by("pk").values_list("pk", "kind", "period")
        if (kind, period) in wanted
    }


CALLED = (Called("draft", acts=_acts, made=_made),)
