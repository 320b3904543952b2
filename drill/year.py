"""A year of heartbeats in office hours, and again with outages and two workers at once: the same comes of both.

The clock is an argument: every tick says its moment, a year of them takes about a minute. People do theirs meanwhile,
at the same moments in both runs and whether the workers are there or not: two units of three report, problems come up.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import monotonic, process_time
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from bench import county as maker
from bench import months
from core.days.office import at, calendar
from core.days.periods import Period
from core.days.workdays import is_workday, next_workday
from dispatch.models import Problem, ProblemStep, Round, RoundRow
from dispatch.problems import services as problems
from drill.house import ROOT, empty_database, manage
from jobs.heartbeat import tick
from organization.people.models import User
from organization.units.models import Unit
from outbox.models import Delivery, Notice
from projects.models import Project
from projects.reports import services as reports
from projects.reports.months import expected

CODE = "c0"
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
HOURS = (time(9), time(15))  # of a tick
OUTAGES, LONGEST = 10, 9  # how many, and days of the longest


def main(folder: Path, options: argparse.Namespace) -> int:
    """Ends with 1 where the two runs differ or something was told twice."""
    ticks, failed = moments(), 0
    began = county_of(options)
    took, cpu = monotonic(), process_time()
    for moment in ticks:
        act(began, moment)
        failed += len(tick(moment).failures)
    took, cpu = monotonic() - took, process_time() - cpu
    people, projects = User.objects.count(), Project.objects.count()
    print(f"{projects} projects, {people} people, {len(ticks)} ticks: {took:.0f} s ({cpu:.0f} s of processor)")
    steady = record()
    for name, rows in steady.items():
        print(f"  {name}: {len(rows)}")
    if options.once:
        return int(bool(failed or doubled()))
    out = outages(Random(options.seed))
    connection.close()
    empty_database()
    manage("prepare")
    county = county_of(options)
    with two_workers() as both:
        for moment in ticks:
            act(county, moment)
            if not any(begin <= moment < end for begin, end in out):
                failed += both(moment)
    broken = record()
    wrong = [name for name, rows in steady.items() if rows != broken[name]]
    for name in wrong:
        only = sorted(set(steady[name]) ^ set(broken[name]), key=str)[:5]
        print(f"{name} differ: {len(steady[name])} and {len(broken[name])}: {only}")
    told = doubled()
    print(f"{len(out)} outages, {sum((end - begin).days for begin, end in out)} days: "
          f"{len(wrong)} differences, {len(told)} told twice, {failed} steps failed")  # fmt: skip
    return int(bool(wrong or told or failed))


def moments() -> list[datetime]:
    """When the heart beats: in office hours of every working day."""
    days, known = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)], calendar()
    return [at(day, hour) for day in days if is_workday(day, known) for hour in HOURS]


def county_of(options: argparse.Namespace) -> Unit:
    """So many units and projects, in the month before."""
    size = maker.Size(projects=options.projects, units=options.units, months=1, open=False, weeks=1)
    with transaction.atomic():
        county = maker.make(CODE, size, now=at(FIRST, time(8)))
        months.fill(county, now=at(FIRST, time(8)))
    return county


def act(county: Unit, moment: datetime) -> None:
    """What people do at *moment*: on the 5th two units of three report, on the 10th problems come up."""
    day = moment.date()
    if moment.time() != HOURS[0]:
        return
    if day == first_workday_from(day.replace(day=5)):
        _report(county, Period.of(day).previous(), moment)
    if day == first_workday_from(day.replace(day=10)):
        chosen = Project.objects.filter(county=county).order_by("pk")[day.month % 3 :: 9]
        for project in chosen:
            office = User.objects.get(username=f"{CODE}-office")
            problems.raise_problem(project, title=f"{day.month}月{project.name}的用地", by=office, on=day, now=moment)


def first_workday_from(day: date) -> date:
    return next_workday(day, calendar())


def _report(county: Unit, month: Period, moment: datetime) -> None:
    office = User.objects.get(username=f"{CODE}-office")
    for project in expected(county, month).select_related("lead_unit", "county").order_by("pk"):
        if project.lead_unit.position % 3:
            made = reports.save(project, month, by=office, now=moment, works=100_000, progress="主体施工")
            reports.submit([made], by=office, now=moment)


def outages(random: Random) -> list[tuple[datetime, datetime]]:
    """Ten silences, none at the very end: what they left undone has to be made up for."""
    days = (LAST - FIRST).days - LONGEST - 5
    begins = sorted(random.sample(range(days), OUTAGES))
    return [
        (
            at(FIRST + timedelta(days=n), time(random.randrange(24))),
            at(FIRST + timedelta(days=n + random.randint(1, LONGEST))),
        )
        for n in begins
    ]


@contextmanager
def two_workers() -> Iterator[Callable[[datetime], int]]:
    """Two processes that beat at the same moment; called with one, both do, and it says how many steps failed."""
    command = [sys.executable, "-c", "import django; django.setup(); from drill.year import worker; worker()"]
    pair = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _n in "12"
    ]

    pipes = [(one.stdin, one.stdout) for one in pair]

    def beat(moment: datetime) -> int:
        for asks, _answers in pipes:
            print(moment.isoformat(), file=asks, flush=True)
        return sum(int(next(answers)) for _asks, answers in pipes if answers is not None)

    try:
        yield beat
    finally:
        for one in pair:
            one.communicate(timeout=60)


def worker() -> None:
    """Ticks at each moment that comes on a line, and answers how many steps failed."""
    for line in sys.stdin:
        print(len(tick(datetime.fromisoformat(line.strip())).failures), flush=True)


def record() -> dict[str, list[Any]]:
    """What has to be the same. Of reminders of what is due a silence leaves out all but the newest: they aren't."""
    escalated = ProblemStep.objects.filter(kind=ProblemStep.Kind.ESCALATED)
    told = Notice.objects.exclude(kind__startswith="remind_")
    return {
        "rounds": sorted(Round.objects.values_list("kind", "period", "due_at")),
        "rows": sorted(RoundRow.objects.values_list("round__kind", "round__period", "project__name", "out"), key=str),
        "problems": sorted(
            Problem.objects.values_list("title", "project__name", "level", "due_on", "status"), key=str
        ),
        "climbs": sorted(escalated.values_list("problem__project__name", "level", "on", "due_on"), key=str),
        "notices": sorted(told.values_list("kind", "person__username", "subject"), key=str),
    }


def doubled() -> list[Any]:
    """What was mailed twice of one notice. Of one thing, step and person the database holds one notice."""
    return list(Delivery.objects.values("notice", "channel").annotate(n=Count("pk")).filter(n__gt=1))
