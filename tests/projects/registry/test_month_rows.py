"""Rows of months against a naive model: whatever is typed, of whatever day, in whatever order, with months closed in
between, each month shows what a list of dated edits says; a closed one doesn't move until the office corrects it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from core.days.periods import Period
from organization.units.models import Unit
from projects.models import AnnualPlan, Project, ProjectMonth
from projects.registry.months import services
from projects.reports.closing import close_month, reopen_month
from tests.support.factories import WAN, make_project, unit_of

pytestmark = [pytest.mark.django_db, pytest.mark.by_services]
MONTHS = [str(Period.month(2026, number)) for number in range(1, 13)]
EVE = "2025-12"  # what stood before all that is typed
LAST = {month: Period.parse(month).last for month in (EVE, *MONTHS)}
FIRST, BEGINS = date(2026, 1, 1), date(2025, 1, 1)
DAYS = [date(2025, 12, 31) + timedelta(days=n) for n in range(366)]
VALUES: dict[str, list[Any]] = {
    "lead_unit": ["xicheng", "dongguan", "zhujian"],
    "total_investment": [100 * WAN, 200 * WAN, None],
    "state": ["active", "suspended", "withdrawn"],
    "plan": [None, 10 * WAN, 20 * WAN],
    "planned_start": [None, date(2026, 3, 1), date(2026, 9, 1), date(2027, 3, 1)],
    "started_on": [None, date(2026, 2, 10), date(2026, 5, 20)],
}
# What is done to a fact: days pass, then it changes (to which value, how many days ago), or the next month is closed,
# or one that is closed is opened once more.
EDIT = st.tuples(st.integers(0, 3), st.integers(0, 120))
STEP = st.one_of(EDIT, EDIT, EDIT, EDIT, st.just("close"), st.just("close"), st.just("reopen"))
STEPS = st.lists(st.tuples(st.integers(0, 45), STEP), min_size=4, max_size=10)


class Naive:
    """By fact and month what stood there: an edit writes all months from its day on (`true`), or those of them behind
    the closed ones (`counted`). The first value of a fact is of the beginning."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.counted = {fact: dict.fromkeys(LAST, value) for fact, value in facts.items()}
        self.true = {fact: dict.fromkeys(LAST, value) for fact, value in facts.items()}
        self.planned = {kind: dict.fromkeys(DAYS, facts["planned_start"]) for kind in ("counted", "true")}
        self.now = dict(facts)
        self.closed: set[str] = set()

    def edit(self, fact: str, new: Any, on: date) -> None:
        old, frozen = self.now[fact], max(self.closed, default="")
        if new == old:
            return
        if fact == "started_on":
            on = min(day for day in (new, old) if day)  # a day is of itself
        elif set(self.true[fact].values()) == {None}:
            on = BEGINS
        if fact == "planned_start":
            for day in DAYS:
                if day >= on:
                    self.planned["true"][day] = new
                    if f"{day:%Y-%m}" > frozen:
                        self.planned["counted"][day] = new
        for month in LAST:
            if LAST[month] >= on:
                self.true[fact][month] = new
                if month > frozen:
                    self.counted[fact][month] = new
        self.now[fact] = new

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        facts, planned_on = getattr(self, kind), self.planned[kind]
        shown = {month: {fact: facts[fact][month] for fact in facts} for month in LAST}
        first = None
        for month, row in shown.items():
            started, planned = row["started_on"], row["planned_start"]
            row["started_on"] = started if started and started <= LAST[month] else None
            missed = [
                planned_on[eve]
                for eve, day in pairwise(DAYS)
                if f"{day:%Y-%m}" == month and planned_on[eve] != planned_on[day]
                and planned_on[eve] and planned_on[eve].year == 2026 and planned_on[eve] < day
            ]  # fmt: skip
            first = first or next(iter(missed), None) or (planned if planned and planned.year == 2026 else None)
            row["first_start"] = first
        del shown[EVE]
        return shown


def on_file(project: Project) -> dict[str, dict[str, Any]]:
    fields = ("lead_unit__code", "total_investment", "state", "plan", "planned_start", "started_on", "first_start")
    rows = ProjectMonth.objects.filter(project=project, month__in=MONTHS).order_by("month")
    named = {row["month"]: row for row in rows.values("month", *fields)}
    return {month: {name.removesuffix("__code"): row[name] for name in fields} for month, row in named.items()}


def write(project: Project, fact: str, value: Any) -> None:
    if fact == "plan":
        AnnualPlan.objects.update_or_create(project=project, year=2026, defaults={"investment": value})
    else:
        value = unit_of(project.county, value) if fact == "lead_unit" else value
        Project.objects.filter(pk=project.pk).update(**{fact: value})


@example(fact="state", steps=[(30, (1, 0)), (0, (2, 30)), (0, (1, 30))])  # back to what it was, but since earlier
@given(fact=st.sampled_from(sorted(VALUES)), steps=STEPS)
def test_each_month_shows_what_a_list_of_dated_edits_says(county: Unit, people: Any, fact: str, steps: Any) -> None:
    with transaction.atomic():
        replay(county, people, fact, steps)
        transaction.set_rollback(True)  # the next example finds the county as this one did


def replay(county: Unit, people: Any, fact: str, steps: list[Any]) -> None:
    facts: dict[str, Any] = {name: values[0] for name, values in VALUES.items()}
    given_now = {name: value for name, value in facts.items() if name not in ("lead_unit", "plan")}
    project = make_project(county, state_reason="资金", **given_now)
    naive, today, before = Naive(facts), date(2026, 1, 20), on_file(project)
    for days, step in steps:
        today = min(today + timedelta(days=days), date(2026, 11, 30))
        now = datetime.combine(today, time(2), UTC)
        if step == "close":
            month = next(month for month in MONTHS if month not in naive.closed)
            if LAST[month] < today:
                close_month(county, Period.parse(month), by=None, now=now)
                naive.closed.add(month)
        elif step == "reopen":
            if naive.closed:
                month = sorted(naive.closed)[len(naive.closed) // 2]
                reopen_month(county, Period.parse(month), by=None, now=now, reason="补报")
                naive.closed.remove(month)
        else:
            which, ago = step
            value = VALUES[fact][which % len(VALUES[fact])]
            if fact == "started_on" and value and value > today:
                continue
            on = max(today - timedelta(days=ago), FIRST)
            write(project, fact, value)
            services.follow([project], on=on, now=now, by=people.office)
            naive.edit(fact, value, on)
        after = on_file(project)
        assert {m: after[m] for m in naive.closed} == {m: before[m] for m in naive.closed}
        assert after == naive.rows("counted")
        before = after
    assert not list(services.check(now=now, county=county))
    services.correct(project, Period.of(BEGINS), by=people.office, now=now, reason="核对后更正")
    assert on_file(project) == naive.rows("true")
    assert not services.waiting(project)
    assert not list(services.check(now=now, county=county))
