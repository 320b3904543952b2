"""When a round opens, is due and closes. Pure: no database, no clock.

Opening and due days that are rest days move to the next working day. What is due in a morning is recorded at MORNING,
and the mail of the day goes out at POST, so that one mail holds all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.days import workdays
from core.days.office import Days, at, local_day
from core.days.periods import Kind, Period
from dispatch.calendar.recurrence import REACH, acts
from dispatch.calendar.rules import CalendarRules
from projects.reports.months import due_at
from projects.rules import RoundRules

MONTHLY, WEEKLY, CALLED = "monthly", "weekly", "called"


KINDS = {MONTHLY: Kind.MONTH, WEEKLY: Kind.WEEK, CALLED: Kind.DAY}


@dataclass(frozen=True)
class Window:
    """One round as the rules have it. A month's closes when the office closes the month, the others by themselves.
    `rule` is that of the calendar which calls it."""

    kind: str
    period: Period
    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None
    rule: str = ""


def _day_of(period: Period, number: int) -> date:
    """Day *number* of the month *period*, or its last one."""
    return period.first.replace(day=min(number, period.last.day))


def window(kind: str, period: Period, rules: RoundRules, days: Days) -> Window | None:
    """The round of *period*; None for a week without any working day."""
    if kind == WEEKLY:
        week = [period.first + timedelta(days=n) for n in range(7)]
        if not any(workdays.is_workday(day, days) for day in week):
            return None
        opens, due = week[rules.open_day - 1], week[rules.due_day - 1]
    else:
        opens, due = _day_of(period, rules.open_day), local_day(due_at(period, rules, days))
    opens, due = workdays.next_workday(opens, days), workdays.next_workday(due, days)
    after = at(workdays.add_workdays(due, 2, days))
    return Window(
        kind=kind,
        period=period,
        opens_at=at(opens),
        due_at=at(due, rules.due_time),
        closes_at=after if kind == WEEKLY else None,
    )


def called(rules: CalendarRules, first: date, last: date, days: Days) -> list[Window]:
    """The rounds that rules of the calendar open from *first* to *last*; one is of the day that its rule names."""
    found: dict[Period, Window] = {}
    rounds = [rule.code for rule in rules.rule if rule.does == "round"]
    for act in acts(rules.rule, first, last, days) if rounds else ():
        if act.rule in rounds and act.due is not None:
            after = at(workdays.add_workdays(local_day(act.due), 2, days))
            period = Period.of(act.named, Kind.DAY)
            found.setdefault(period, Window(CALLED, period, at(act.day), act.due, after, act.rule))
    return list(found.values())


def called_on(period: Period, rules: CalendarRules, days: Days) -> Window | None:
    """The round of the day *period*, while a rule calls it."""
    near = called(rules, period.first - REACH, period.last + REACH, days)
    return next((one for one in near if one.period == period), None)


def windows(
    kind: str, rules: RoundRules, *, after: Period | None, since: datetime, now: datetime, days: Days
) -> Iterator[Window]:
    """The rounds that should be open or have been by *now*: those after *after*, none that was over by *since*."""
    period = after.next() if after else Period.of(local_day(since), KINDS[kind]).previous()
    while at(period.first) <= now:
        found = window(kind, period, rules, days)
        if found and found.opens_at > now:
            return
        if found and period.last >= local_day(since):
            yield found
        period = period.next()
