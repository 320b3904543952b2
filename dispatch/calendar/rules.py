"""What a county's profile says of its calendar: which act falls on which days, for whom, due when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _

from core.coded import short
from core.shapes import Name, Say, between, one_of, tables, unknown
from organization.people.models import Role
from organization.profiles.rules import Profile, Section
from projects.choices import Stage

RESERVED = ("monthly", "weekly")  # the rounds that have sections of their own
MOST = {month: 31 if month in (1, 3, 5, 7, 8, 10, 12) else 29 if month == 2 else 30 for month in range(1, 13)}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # how many each has

Does = Literal["round", "hand_on", "draft", "meeting", "inspection", "lot", "task"]


@dataclass(frozen=True)
class Party:
    """Somebody by what they are, never by name: whoever holds it on the day is meant."""

    role: Annotated[str, one_of(Role.values)] = ""  # all who hold it; with `unit` those there
    unit: str = ""  # a unit's code; alone: whoever answers for it
    post: str = ""  # the title of a post
    place: Literal["", "lead_units", "sponsors", "owners"] = ""  # of what the act is about


@dataclass(frozen=True)
class CalendarRule:
    """One rule. Which days: `days` of the month, the `nth` `weekday` of it, its `last_workday`, or the `weekday` of a
    week; of every `step`-th week, month, quarter, half or year. Or so many days `before` each act of another rule."""

    code: Annotated[str, short(20)]
    label: Name
    does: Does
    every: Literal["week", "month", "quarter", "half", "year"] = "month"
    step: Annotated[int, between(1, 60)] = 1
    month: Annotated[int, between(0, 12)] = 0  # which month of the quarter, half or year; 0: its last
    months: tuple[Annotated[int, between(1, 12)], ...] = ()  # only in these months of the year
    days: tuple[Annotated[int, between(1, 31)], ...] = ()  # the last one where a month has none
    weekday: Annotated[int, between(0, 7)] = 0  # 1 is Monday
    nth: Annotated[int, between(-1, 5)] = 0  # which such weekday of the month; -1: the last
    last_workday: bool = False
    before: str = ""  # the code of another rule
    before_days: Annotated[int, between(0, 366)] = 0
    first: date | None = None  # counted from here, and nothing earlier
    until: date | None = None  # nothing later
    shift: Literal["after", "before", "nearest", "none"] = "after"  # where a day is no working day
    open_workdays: Annotated[int, between(0, 10)] = (
        0  # a round opens so many working days before, and is due on the day
    )
    due_days: Annotated[int, between(0, 366)] = 0  # days after it; with neither of the two: on the day itself
    due_workdays: Annotated[int, between(0, 60)] = 0
    due_time: time = time(18, 0)
    stages: tuple[Annotated[str, one_of(Stage.values)], ...] = ()  # scope: projects in these stages
    size: str = ""  # scope: of this class of size and larger
    list: str = ""  # scope: on this list of the year
    answers: tuple[Party, ...] = ()  # who has to do it
    to: tuple[Party, ...] = ()  # who is told, and gets what is sent on
    kind: str = ""  # of the bulletin that is drafted
    draws: Annotated[int, between(0, 100)] = 0  # how many projects the lot takes


@dataclass(frozen=True)
class CalendarRules:
    rule: tuple[CalendarRule, ...] = ()

    def of(self, code: str) -> CalendarRule | None:
        return next((one for one in self.rule if one.code == code), None)


# checks --------------------------------------------------------------------------------------------------------------


def months_of(every: str, step: int, month: int, months: Iterable[int], first: date | None = None) -> list[int]:
    """The months of a year, 1 to 12, in which such a rule can fall at all."""
    length = MONTHS.get(every, 1)
    start = (month or length) - 1
    if first is not None:
        start += (first.year * 12 + first.month - 1) // length * length
    fit = {(start + n * length * step) % 12 + 1 for n in range(12)}
    return sorted(fit & set(months) if months else fit)


def _calendar(table: Any, profile: Profile, say: Say) -> None:
    rows = list(tables(table, "rule"))
    codes = [str(one.get("code")) for _index, one in rows]
    for index, one in rows:

        def wrong(key: str, said: str, index: str = index) -> None:
            say(("calendar", "rule", index, key), said)

        code = str(one.get("code"))
        if codes.index(code) < int(index[1:]):
            wrong("code", _("the code “%(code)s” stands twice") % {"code": code})
        if code in RESERVED:
            wrong("code", _("“%(code)s” is the round of the section [%(code)s]: take another code") % {"code": code})
        try:
            _days(one, codes, wrong)
            _subject(one, profile, wrong)
        except (TypeError, ValueError, AttributeError):  # a value of another shape, which is said already
            continue
    if ring := _ring({str(one.get("code")): str(one.get("before") or "") for _index, one in rows}):
        index = f"#{codes.index(ring[0])}"
        said = _("each waits for the next one, in a ring: %(codes)s") % {"codes": " → ".join([*ring, ring[0]])}
        say(("calendar", "rule", index, "before"), said)


def _days(one: Mapping[str, Any], codes: list[str], wrong: Any) -> None:
    """Whether it ever falls on a day, and on which is said in one way."""
    every, step, days = one.get("every", "month"), int(one.get("step", 1)), list(one.get("days", ()))
    weekday, nth, last = one.get("weekday", 0), one.get("nth", 0), one.get("last_workday", False)
    first, until = one.get("first"), one.get("until")
    if one.get("before"):
        if one["before"] not in codes:
            wrong("before", unknown(str(one["before"]), codes))
        if days or weekday or nth or last:
            wrong("before", _("it stands before another act: leave out days, weekday and the like"))
        return
    if isinstance(first, date) and isinstance(until, date) and until < first:
        wrong("until", _("the last day lies before the first"))
        return
    if every == "week":
        if not weekday:
            wrong("weekday", _("write the weekday, 1 (Monday) to 7"))
        if step > 1 and not isinstance(first, date):
            wrong("step", _("write the day that it is counted from, in first = …"))
        if days or nth or last:
            wrong("every", _("a week has a weekday only: leave out days, nth and last_workday"))
        return
    if sum((bool(days), bool(nth), bool(last))) != 1:
        wrong("days", _("write one of the three: days, nth with weekday, or last_workday"))
        return
    if bool(nth) != bool(weekday):
        wrong("nth", _("nth and weekday go together: the first Monday is nth = 1, weekday = 1"))
    if one.get("month", 0) > MONTHS[every]:
        wrong("month", _("expected a number from %(low)s to %(high)s, found %(value)s")
              % {"low": 0, "high": MONTHS[every], "value": one["month"]})  # fmt: skip
    here = months_of(
        every, step, one.get("month", 0), one.get("months", ()), first if isinstance(first, date) else None
    )
    if not here:
        wrong("months", _("it never falls on a day: none of these months is one of its own"))
    elif never := [day for day in days if day > max(MOST[month] for month in here)]:
        said = _(
            "it never falls on a day: there is no %(day)s. in month %(months)s; the last day is last_workday, or 28"
        )
        wrong("days", said % {"day": never[0], "months": _(", ").join(map(str, here))})
    elif isinstance(first, date) and isinstance(until, date) and not _any_month(here, first, until):
        wrong("until", _("it never falls on a day: none of its months lies between the first day and the last"))


def _any_month(here: list[int], first: date, until: date) -> bool:
    months = range(first.year * 12 + first.month - 1, until.year * 12 + until.month)
    return any(month % 12 + 1 in here for month in months)


def _subject(one: Mapping[str, Any], profile: Profile, wrong: Any) -> None:
    """What it does has what it needs, and names what there is."""
    data, does = profile.data, one.get("does")
    kinds = [key for key, words in dict(data.get("bulletin", {})).items() if isinstance(words, Mapping)]
    if does == "draft" and one.get("kind") not in kinds:
        wrong("kind", unknown(str(one.get("kind", "")), kinds))
    if does == "lot" and not one.get("draws"):
        wrong("draws", _("write how many projects are drawn"))
    if does == "hand_on" and not one.get("to"):
        wrong("to", _("write who gets it"))
    for key, known in (("size", _codes(dict(data.get("classes", {})), "sizes")), ("list", _codes(data, "list"))):
        if one.get(key) and one[key] not in known:
            wrong(key, unknown(str(one[key]), known))
    units = _codes(data, "unit")
    for key in ("answers", "to"):
        for party in one.get(key, ()):
            if not any(party.get(name) for name in ("role", "unit", "post", "place")):
                wrong(key, _("write who: a role, a unit, a post or a place"))
            if (unit := party.get("unit")) and unit not in units:
                wrong(key, unknown(unit, units) if units else _("no unit has the code “%(code)s”") % {"code": unit})
            if (post := party.get("post")) and post not in profile.posts:
                wrong(key, unknown(post, profile.posts))


def _codes(table: Mapping[str, Any], key: str) -> list[str]:
    return [str(one.get("code")) for _index, one in tables(table, key)]


def _ring(before: Mapping[str, str]) -> list[str]:
    """Codes of which each stands before the next one, and the last before the first."""
    for start in before:
        seen = [start]
        while (code := before.get(seen[-1])) in before and code:
            if code == start:
                return seen
            if code in seen:
                break
            seen.append(code)
    return []


RULES = (Section("calendar", CalendarRules, check=_calendar),)
