"""Who owes a visit by when: the county's duties, and the pure rule over what was visited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _

from core.coded import short
from core.days import workdays
from core.days.office import Days
from core.days.periods import Kind as Cycle
from core.days.periods import Period
from core.shapes import Name, Say, between, once, tables
from organization.profiles.rules import Profile, Section
from projects.choices import Stage

MOST_WORKDAYS = 20


@dataclass(frozen=True)
class Duty:
    """What a leader or the head of the lead unit does at each project once in each period; any of *kinds* is it."""

    code: Annotated[str, short(20)]
    label: Name
    who: Literal["leader", "head"] = "leader"
    kinds: tuple[Literal["visit", "office", "study"], ...] = ("visit", "office")
    every: Literal["week", "month", "quarter"] = "quarter"

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.every)


@dataclass(frozen=True)
class SponsoredStage:
    """One of the stages by which a county speaks of sponsorship: the product's own stages that it is made of."""

    code: Annotated[str, short(20)]
    label: Name
    of: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class SponsorshipRules:
    """How sponsorship is kept. Without a duty nobody owes a visit; what is entered stands all the same."""

    duties: tuple[Duty, ...] = ()
    counts_from: date | None = None  # no period that begins before it is owed
    week_workdays: Annotated[int, between(1, 5)] = 3  # a week with fewer working days (long holidays) owes nothing
    report_workday: Annotated[int, between(0, MOST_WORKDAYS)] = 0  # of the next month: the secretary's report; 0: none
    stages: tuple[SponsoredStage, ...] = ()

    def of(self, who: str) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.who == who)

    def stage(self, code: str) -> Any:
        """The label of the stage of sponsorship that a project in the stage *code* is in; "" if there is none."""
        return next((one.label for one in self.stages if code in one.of), "")


@dataclass(frozen=True)
class Seen:
    """A visit as the rule sees it: the day, as what, what for."""

    on: date
    side: str
    kind: str


@dataclass(frozen=True)
class Owed:
    """A duty at one project in one period: due by its last working day; `done` on the first day that fulfils it."""

    duty: Duty
    period: Period
    due_on: date
    done: date | None
    missed: bool  # the period is over and nothing was done

    @property
    def open(self) -> bool:
        """It can be done still."""
        return self.done is None and not self.missed


def owed(
    on: date,
    visits: Iterable[Seen],
    rules: SponsorshipRules,
    *,
    since: date,
    days: Days,
    led_since: date | None = None,
    first: date | None = None,
    until: date | None = None,
) -> list[Owed]:
    """What is and was owed at one project up to the day *on*, the oldest first. It owes from the day *since* until it
    is over (*until*), its leader from the own first day there (*led_since*): whole periods only. Looked at from
    *first* on."""
    known = list(visits)
    found = []
    for duty in rules.duties:
        own = led_since if duty.who == "leader" else None
        for period in periods(duty, max(filter(None, (since, rules.counts_from, own))), on, first=first):
            if until is not None and until <= period.last:
                break
            if (due := due_on(period, rules, days)) is None:
                continue
            fits = [one.on for one in known if one.side == duty.who and one.kind in duty.kinds and one.on in period]
            done = min(fits, default=None)
            found.append(Owed(duty, period, due, done, done is None and period.last < on))
    return sorted(found, key=lambda one: (one.period.last, rules.duties.index(one.duty)))


def periods(duty: Duty, since: date, on: date, *, first: date | None = None) -> Iterator[Period]:
    """The periods of *duty* that begin on *since* or later, up to that of *on*; those before *first* are left out."""
    period = Period.of(max(since, first) if first else since, duty.cycle)
    if period.first < since:
        period = period.next()
    while period.first <= on:
        yield period
        period = period.next()


def due_on(period: Period, rules: SponsorshipRules, days: Days) -> date | None:
    """The last working day of *period*; None for a week with too few of them to owe anything."""
    span = [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]
    if period.kind is Cycle.WEEK:
        working = [day for day in span if workdays.is_workday(day, days)]
        return working[-1] if len(working) >= rules.week_workdays else None
    return next((day for day in reversed(span) if workdays.is_workday(day, days)), None)


def asked_from(period: Period) -> date:
    """From which day of *period* on people are reminded: of a week from its first, of a month from the middle, of a
    quarter from its second month."""
    match period.kind:
        case Cycle.MONTH:
            return period.first + timedelta(days=14)
        case Cycle.QUARTER:
            return Period.of(period.first).next().first
    return period.first


def _sponsorship(table: Any, profile: Profile, say: Say) -> None:
    for key in ("duties", "stages"):
        once(table, key, "code", ("sponsorship",), say)
    seen: dict[Any, Any] = {}
    for index, stage in tables(table, "stages"):
        of = stage.get("of")
        for code in of if isinstance(of, list | tuple) else ():
            if seen.setdefault(code, index) != index:
                said = _("the stage “%(code)s” belongs to two") % {"code": code}
                say(("sponsorship", "stages", index, "of"), said)


RULES = (Section("sponsorship", SponsorshipRules, check=_sponsorship),)
