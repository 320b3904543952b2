"""How projects stood at the end of a month, from their facts: the terms of the handbook, written once more.

Each fact as it was on the month's last day: what the change typed last of those that count by then made of it. Days
that hadn't come are none; works are those of the last accepted report of the year.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recount.facts.tables import Facts, Project

STARTED = ("started", "entered", "completed")
GONE = ("withdrawn", "merged", "split")


@dataclass(frozen=True)
class Then:
    """A project at a month's end. Amounts in yuan."""

    project: Project
    month: str
    last: date
    lead_unit: int
    competent_unit: int | None
    stage: str
    state: str
    package: int | None
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

    @property
    def id(self) -> int:
        return self.project.id

    @property
    def counted(self) -> bool:
        """Whether it stands in the sums: pursued, not completed in an earlier year, and no package of others."""
        return self.state == "active" and not self.over and not self.packs

    @property
    def there(self) -> bool:
        """Whether a list of projects begins with it: neither given up, nor a package, whose parts are there."""
        return self.state not in GONE and not self.packs


def as_one(rows: Iterable[Then]) -> int:
    """How many *rows* are with a package as one: its parts, and itself if it is among them."""
    return len({one.id if one.package is None else one.package for one in rows})


def last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def before(month: str) -> str | None:
    """The month before in the same year."""
    number = int(month[5:])
    return f"{month[:4]}-{number - 1:02}" if number > 1 else None


def at(facts: Facts, month: str) -> list[Then]:
    """All projects that were on file at the end of *month*."""
    last = last_day(month)
    on_file = [one for one in facts.projects.values() if one.counts_from is None or one.counts_from <= last]
    return [_then(one, month, last) for one in on_file]


def was(project: Project, fact: str, day: date, year: int = 0) -> Any:
    """What *fact* of *project* was at the end of *day*: a change holds from its day on, over all typed before it."""
    value = project.plans.get(year) if fact == "plan" else project.now[fact]
    for counts, before in reversed(project.former.get((fact, year), [])):
        if counts <= day:
            break
        value = before
    return value


def _is_draft(project: Project, last: date) -> bool:
    """Whether the plans of the year weren't in force at the end of *last*."""
    spans = [(since, until) for year, since, until in project.drafted if year == last.year]
    return any(since <= last and (until is None or until > last) for since, until in spans)


def _then(project: Project, month: str, last: date) -> Then:
    year = last.year
    days = {name: was(project, name, last) for name in ("started_on", "entered_on", "completed_on")}
    come = {name: found if found is not None and found <= last else None for name, found in days.items()}
    reports = [one for one in project.reports if f"{year}-01" <= one.month <= month]
    measures: dict[str, int | None] = {}
    for name in ("works_ytd", "statistics_ytd", "funds_ytd", "paid_ytd"):
        told = [getattr(one, name) for one in reports if getattr(one, name) is not None]
        measures[name] = told[-1] if told else None
    with_works = [one.month for one in reports if one.works_ytd is not None]
    completed = days["completed_on"]
    return Then(
        project,
        month,
        last,
        lead_unit=was(project, "lead_unit", last),
        competent_unit=was(project, "competent_unit", last),
        stage=_stage(was(project, "stage", last), days, last),
        state=was(project, "state", last),
        package=was(project, "package", last),
        packs=was(project, "package", last) == project.id,
        total_investment=was(project, "total_investment", last),
        plan=None if _is_draft(project, last) else was(project, "plan", last, year),
        first_start=_first_start(project, last),
        planned_start=was(project, "planned_start", last),
        planned_completion=was(project, "planned_completion", last),
        started_on=come["started_on"],
        entered_on=come["entered_on"],
        completed_on=come["completed_on"],
        done=measures["works_ytd"],
        done_month=with_works[-1] if with_works else None,
        statistics_ytd=measures["statistics_ytd"],
        funds_ytd=measures["funds_ytd"],
        paid_ytd=measures["paid_ytd"],
        reported=any(one.month == month for one in reports),
        over=completed is not None and completed.year < year,
    )


def _first_start(project: Project, last: date) -> date | None:
    """The planned start of this year that stood first at the end of a month, the December before included, or that had
    passed on the day it was changed: who postpones a start is due as before."""
    changes = sorted(until for until, _value in project.former.get(("planned_start", 0), []))
    ends = [date(last.year - 1, 12, 31), *(last_day(f"{last.year}-{n:02}") for n in range(1, last.month + 1))]
    for end in ends:
        if project.counts_from is None or project.counts_from <= end:
            for until in (one for one in changes if end.replace(day=1) <= one <= end and end.year == last.year):
                passed: date | None = was(project, "planned_start", until - timedelta(days=1))
                if passed is not None and passed.year == last.year and passed < until:
                    return passed
            found: date | None = was(project, "planned_start", end)
            if found is not None and found.year == last.year:
                return found
    return None


def _stage(stage: str, days: dict[str, date | None], last: date) -> str:
    """*stage*, or the one below where its own day lies behind *last*."""

    def ahead(name: str) -> bool:
        found = days[name]
        return found is not None and found > last

    if stage == "completed" and ahead("completed_on"):
        entered = days["entered_on"]
        stage = "entered" if entered is not None and entered <= last else "started"
    if stage == "entered" and ahead("entered_on"):
        stage = "started"
    return "prework" if stage == "started" and ahead("started_on") else stage
