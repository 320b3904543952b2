"""On which days the acts of a calendar fall. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from core.days import workdays
from core.days.office import Days, at
from core.days.periods import Kind, Period
from dispatch.calendar.rules import MONTHS, CalendarRule

DAY = timedelta(days=1)
REACH = timedelta(days=40)  # farther no shift and no opening carries a day


@dataclass(frozen=True)
class Act:
    """One act of the calendar. `named` is the day that its rule names, which stays when working days are moved;
    `day` the one that it is done on."""

    rule: str
    does: str
    label: Any
    named: date
    day: date
    due: datetime | None = None
    about: str = ""  # the period, where it is of one
    by_rule: CalendarRule | None = field(default=None, compare=False)


def acts(rules: Sequence[CalendarRule], first: date, last: date, days: Days) -> list[Act]:
    """What *rules* do from *first* to *last*, by day, then as the rules stand."""
    order = {rule.code: n for n, rule in enumerate(rules)}
    found = [act for rule in rules for act in of_rule(rule, rules, first, last, days)]
    return sorted(found, key=lambda act: (act.day, order[act.rule]))


def of_rule(rule: CalendarRule, rules: Sequence[CalendarRule], first: date, last: date, days: Days) -> list[Act]:
    """What one rule does from *first* to *last*; two days that are moved onto one are one act."""
    here: dict[date, Act] = {}
    for named, plain in _pairs(rule, rules, first - REACH, last + REACH, days):
        due = due_of(rule, day := shifted(plain, rule.shift, days), days)
        if rule.open_workdays:
            day = workdays.add_workdays(day, -rule.open_workdays, days)
        if first <= day <= last and day not in here:
            here[day] = Act(rule.code, rule.does, rule.label, named, day, due, by_rule=rule)
    return [here[day] for day in sorted(here)]


def shifted(day: date, shift: str, days: Days) -> date:
    """*day* where it is a working day or stays as it is; else the working day before, after or nearest to it (of two
    equally near the earlier)."""
    if shift == "none" or workdays.is_workday(day, days):
        return day
    later, earlier = workdays.next_workday(day, days), day
    while not workdays.is_workday(earlier, days):
        earlier -= DAY
    if shift == "before" or (shift == "nearest" and day - earlier <= later - day):
        return earlier
    return later


def due_of(rule: CalendarRule, day: date, days: Days) -> datetime:
    due = workdays.add_workdays(day, rule.due_workdays, days) if rule.due_workdays else day
    if rule.due_days:
        due = shifted(day + rule.due_days * DAY, "after", days)
    return at(due, rule.due_time)


def _pairs(
    rule: CalendarRule, rules: Sequence[CalendarRule], first: date, last: date, days: Days
) -> Iterator[tuple[date, date]]:
    """The days that the rule names, each with the day before it is shifted: another one where it stands before an act
    that is itself shifted."""
    if rule.before:
        away = rule.before_days * DAY
        other = next((one for one in rules if one.code == rule.before), None)
        for act in of_rule(other, rules, first + away, last + away, days) if other else ():
            if _holds(rule, act.named - away):
                yield act.named - away, act.day - away
        return
    found = _of_weeks(rule, first, last) if rule.every == "week" else _of_months(rule, first, last, days)
    yield from ((day, day) for day in found if first <= day <= last and _holds(rule, day))


def _holds(rule: CalendarRule, day: date) -> bool:
    return not (
        (rule.first and day < rule.first)
        or (rule.until and day > rule.until)
        or (rule.months and day.month not in rule.months)
    )


def _of_weeks(rule: CalendarRule, first: date, last: date) -> Iterator[date]:
    counted = _monday(rule.first or first)
    week = _monday(first)
    while week <= last:
        if (week - counted).days // 7 % rule.step == 0:
            yield week + (rule.weekday - 1) * DAY
        week += 7 * DAY


def _of_months(rule: CalendarRule, first: date, last: date, days: Days) -> Iterator[date]:
    length = MONTHS[rule.every]
    counted = (_number(rule.first) // length * length if rule.first else 0) + (rule.month or length) - 1
    for number in range(_number(first), _number(last) + 1):
        if (number - counted) % (length * rule.step) == 0:
            yield from _in_month(rule, Period(number // 12, Kind.MONTH, number % 12 + 1), days)


def _in_month(rule: CalendarRule, month: Period, days: Days) -> list[date]:
    if rule.last_workday:
        return [shifted(month.last, "before", days)]
    if rule.nth:
        there = [month.first + n * DAY for n in range(month.last.day)]
        there = [day for day in there if day.isoweekday() == rule.weekday]
        which = rule.nth - 1 if rule.nth > 0 else -1
        return [there[which]] if which < len(there) else []
    return sorted({month.first.replace(day=min(day, month.last.day)) for day in rule.days})


def _monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * DAY


def _number(day: date) -> int:
    """Its month, counted through the years."""
    return day.year * 12 + day.month - 1
