"""The rows of a project's months, from its facts: a pure function, which `check_months` and tests call as well.

A row of a month takes each fact as it stood on the month's last day: what the change typed last of those that counted
by then made of it; before all of them, what the first one found. Days that lie behind the month's end hadn't come.
Amounts are whole yuan.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from core.days import workdays
from core.days.office import Days
from core.days.periods import Period
from projects.choices import Stage
from projects.registry.months.models import Drafting, Fact, FormerFact

Key = tuple[str, int]  # a fact, and the year of a plan (0 for all others)


class Row(NamedTuple):
    """A row of `ProjectMonth` by its columns, without its own key."""

    county_id: int
    project_id: int
    month: str
    lead_unit_id: int
    competent_unit_id: int | None
    stage: str
    state: str
    package_id: int | None
    total_investment: int | None
    plan: int | None
    first_start: date | None
    planned_start: date | None
    planned_completion: date | None
    started_on: date | None
    entered_on: date | None
    completed_on: date | None
    done: int | None
    done_month: str | None
    statistics_ytd: int | None
    funds_ytd: int | None
    paid_ytd: int | None
    reported: bool
    over: bool
    packs: bool
    node_due: date | None
    node_late: int | None
    node_risk: date | None
    node_said: str | None


class Measures(NamedTuple):
    """What an accepted report says of the year so far, in yuan; None where it doesn't."""

    works: int | None = None
    statistics: int | None = None
    funds: int | None = None
    paid: int | None = None


class Laid(NamedTuple):
    """How a milestone was planned from the day `since` on, on which that was typed; `after` are codes."""

    since: date
    planned: date
    forecast: date | None = None
    after: Sequence[str] = ()


class Node(NamedTuple):
    """A milestone: what was typed of it, in that order, and when it was reached."""

    code: str
    name: tuple[str, str]  # and in English
    typed: Sequence[Laid]
    reached: date | None

    def stood(self, last: date) -> Laid | None:
        """As it was planned at the end of *last*; None if it was reached by then, or wasn't laid yet."""
        if self.reached is not None and self.reached <= last:
            return None
        return next((one for one in reversed(self.typed) if one.since <= last), None)


class Nodes(NamedTuple):
    """What a row says of milestones, by its columns."""

    due: date | None = None
    late: int | None = None
    risk: date | None = None
    said: str | None = None


def nodes_of(nodes: Iterable[Node], last: date, days: Days) -> Nodes:
    """The earliest milestone that was open at the end of *last*, and the one that is at risk first: forecast for later
    than planned, which counts at once, or waiting for one that is open, which counts when it is near."""
    still = {node.code: (node, laid) for node in nodes if (laid := node.stood(last)) is not None}
    if not still:
        return Nodes()
    first, due = min(still.values(), key=_planned)
    told: dict[str, Any] = {"due": first.name}
    risks = []
    for node, laid in still.values():
        before = min((still[code] for code in laid.after if code in still), key=_planned, default=None)
        slips = laid.forecast is not None and laid.forecast > laid.planned
        if slips or before:
            why = laid.forecast if slips else None, None if slips or before is None else before[0].name
            risks.append((min(laid.planned, last) if slips else laid.planned, node, laid, why))
    risk = min(risks, key=lambda one: one[0], default=None)
    if risk is not None:
        _day, node, laid, (forecast, name) = risk
        told["risk"] = {"name": node.name, "planned": laid.planned, "forecast": forecast, "before": name}
    late = max(0, workdays.workdays_between(due.planned, last, days))
    return Nodes(due.planned, late, risk and risk[0], json.dumps(told, default=str, ensure_ascii=False))


def _planned(one: tuple[Node, Laid]) -> date:
    return one[1].planned


@dataclass
class Known:
    """All that the rows of one project are made of. `facts` are its present ones by their columns, `former` are in the
    order in which they were typed."""

    project: int
    county: int
    facts: Mapping[str, Any]
    counts_from: date | None = None
    plans: dict[int, int | None] = field(default_factory=dict)
    reports: dict[str, Measures] = field(default_factory=dict)
    former: dict[Key, list[FormerFact]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    frozen: dict[str, Nodes] = field(default_factory=dict)  # by month, of those once closed
    days: Days = field(default_factory=dict)  # the house's own corrections of the working days
    drafted: dict[int, list[Drafting]] = field(default_factory=dict)  # by the year of the plans

    def at(self, fact: str, last: date, year: int = 0) -> Any:
        """What *fact* was at the end of the day *last*: a change holds from its day on, over what was typed before."""
        value = self.now(fact, year)
        for one in reversed(self.former.get((fact, year), ())):
            if one.until <= last:
                return value
            value = value_of(one)
        return value

    def is_draft(self, last: date) -> bool:
        """Whether the plan of the year of *last* is a draft only at the end of that day."""
        return any(span.holds(last) for span in self.drafted.get(last.year, ()))

    def plan(self, last: date) -> int | None:
        found: int | None = None if self.is_draft(last) else self.at(Fact.PLAN, last, last.year)
        return found

    def nodes_at(self, month: str, last: date) -> Nodes:
        return self.frozen[month] if month in self.frozen else nodes_of(self.nodes, last, self.days)

    def now(self, fact: str, year: int = 0) -> Any:
        return self.plans.get(year) if fact == Fact.PLAN else self.facts[COLUMN[fact]]


COLUMN: dict[str, str] = {
    **{fact: fact.value for fact in Fact},
    Fact.LEAD_UNIT: "lead_unit_id",
    Fact.COMPETENT_UNIT: "competent_unit_id",
    Fact.PACKAGE: "package_id",
}
FACTS = tuple(fact for fact in COLUMN if fact != Fact.PLAN)  # in the order of `Row`
_COLUMNS = tuple(COLUMN[fact] for fact in FACTS)
HOLDS: dict[str, str] = {
    Fact.LEAD_UNIT: "unit_was_id", Fact.COMPETENT_UNIT: "unit_was_id", Fact.STAGE: "text_was", Fact.STATE: "text_was",
    Fact.PACKAGE: "project_was_id", Fact.TOTAL: "amount_was", Fact.PLAN: "amount_was",
}  # fmt: skip


def value_of(former: FormerFact) -> Any:
    return getattr(former, HOLDS.get(former.fact, "day_was"))


def rows_of(known: Known, since: Period, until: Period) -> Iterator[Row]:
    """The rows of the months from *since* to *until*, as far as the project was on file by then."""
    begins = known.counts_from or date.min
    first_start, so_far = _start_before(known, since.year, begins), Measures()
    done_month = None
    still, former = tuple(map(known.facts.get, _COLUMNS)), known.former  # a migration of before knows fewer facts
    moved = [(place, fact) for place, fact in enumerate(FACTS) if (fact, 0) in former] if former else []
    # What a year adds up begins with its January.
    for month, name, last in _calendar(since.year, until):
        facts: Any = still
        if moved:
            facts = list(still)
            for place, fact in moved:
                facts[place] = known.at(fact, last)
        lead, competent, stage, state, package, total, planned, completion, started, entered, completed = facts
        there = begins <= last
        if month.number == 1:
            so_far, done_month = Measures(), None
            first_start = first_start if first_start and first_start.year == month.year else None
        if first_start is None and there:
            missed = _missed(known, month) if former else None
            first_start = missed or (planned if planned and planned.year == month.year else None)
        if (report := known.reports.get(name)) is not None:
            done_month = done_month if report.works is None else name
            so_far = Measures(*(old if new is None else new for old, new in zip(so_far, report, strict=True)))
        if there and month >= since:
            yield Row(
                known.county,
                known.project,
                name,
                lead,
                competent,
                _reached(stage, started, entered, completed, last),
                state,
                package,
                total,
                known.plan(last) if former or known.drafted else known.plans.get(month.year),
                first_start,
                planned,
                completion,
                _come(started, last),
                _come(entered, last),
                _come(completed, last),
                so_far.works,
                done_month,
                so_far.statistics,
                so_far.funds,
                so_far.paid,
                report is not None,
                completed is not None and completed.year < month.year,
                package == known.project,
                *(known.nodes_at(name, last) if known.nodes or known.frozen else Nodes()),
            )
        if month.number == 12 and planned is not None and there:
            first_start = planned  # it stood at the end of the year before: its first date, if it is of the new one


@lru_cache(maxsize=64)
def _calendar(year: int, until: Period) -> tuple[tuple[Period, str, date], ...]:
    """The months from January of *year* to *until*, by name and with their last days: the same for thousands."""
    found, month = [], Period.month(year, 1)
    while month <= until:
        found.append((month, str(month), month.last))
        month = month.next()
    return tuple(found)


def _start_before(known: Known, year: int, begins: date) -> date | None:
    """The planned start that stood at the end of the year before."""
    eve = date(year - 1, 12, 31)
    found: date | None = known.at(Fact.PLANNED_START, eve) if begins <= eve else None
    return found


def _missed(known: Known, month: Period) -> date | None:
    """A planned start of the year that had passed already when it was put off within *month*."""
    if (put_off := known.former.get((Fact.PLANNED_START, 0))) is None:
        return None
    for until in sorted(one.until for one in put_off if one.until in month):
        planned: date | None = known.at(Fact.PLANNED_START, until - timedelta(days=1))
        if planned is not None and planned.year == month.year and planned < until:
            return planned
    return None


def _come(day: date | None, last: date) -> date | None:
    return day if day is not None and day <= last else None


def _reached(stage: str, started: date | None, entered: date | None, completed: date | None, last: date) -> str:
    """The stage by the end of *last*: one whose own day lies behind that wasn't reached."""
    if stage == Stage.COMPLETED and completed is not None and completed > last:
        stage = Stage.ENTERED if _come(entered, last) else Stage.STARTED
    if stage == Stage.ENTERED and entered is not None and entered > last:
        stage = Stage.STARTED
    under_way = stage in (Stage.STARTED, Stage.ENTERED) and not _come(completed, last)
    if under_way and started is not None and started > last:
        stage = Stage.PREWORK
    return str(stage)


# a change of a fact -------------------------------------------------------------------------------------------------


def first_open(day: date, closed: Collection[str]) -> date:
    """The day from which a change of *day* counts: that day, or the first behind the last of the *closed* months."""
    last = max(closed, default="")
    return max(day, Period.parse(last).next().first) if last >= str(Period.of(day)) else day


def noted(former: list[FormerFact], new: FormerFact, now: Any) -> list[FormerFact]:
    """The changes of a fact, once *new* is typed and the fact is *now*. What changes twice from one day on changed
    once; what was changed back to what it was before didn't, unless another change counts later."""
    if not former or (former[-1].on, former[-1].until) != (new.on, new.until):
        return [*former, new]
    *earlier, last = former
    later = any(one.until > last.until or one.on > last.on for one in earlier)
    return earlier if value_of(last) == now and not later else former
