"""What the pages of a schedule show: one project's, and the panel on the project's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.days import workdays
from core.days.office import Days, calendar
from organization.profiles.rules import rules_of
from projects.choices import Stage
from projects.milestones import gantt, rules
from projects.milestones.models import Milestone, Schedule
from projects.milestones.rules import COLOURS, WORDS, Point, ScheduleRules, Verdict
from projects.registry.models import Project


@dataclass(frozen=True)
class Row:
    """A milestone on the page."""

    milestone: Milestone
    actual: date | None
    verdict: Verdict
    start: date
    after: str  # the names of those before it

    @property
    def word(self) -> str:
        return str(WORDS[self.verdict.state])

    @property
    def colour(self) -> str:
        return COLOURS[self.verdict.state]


@dataclass(frozen=True)
class Group:
    """The milestones of one stage that stand together."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Page:
    schedule: Schedule | None
    version: int
    rows: list[Row]
    groups: list[Group]
    drawing: gantt.Gantt | None
    unknown: list[int]  # years whose moved working days nobody has told

    @property
    def reached(self) -> int:
        return sum(row.actual is not None for row in self.rows)

    @property
    def late(self) -> list[Row]:
        return [row for row in self.rows if row.verdict.state == "late"]

    @property
    def risky(self) -> list[Row]:
        return [row for row in self.rows if row.verdict.state == "risk"]

    @property
    def next(self) -> Row | None:
        """The first that isn't reached."""
        coming = [row for row in self.rows if row.actual is None]
        return min(coming, key=lambda row: (row.milestone.planned_on, row.milestone.position), default=None)


def point_of(row: Any) -> Point:
    """A milestone read with `with_actual`."""
    return Point(row.code, row.name, row.after, row.planned_on, row.forecast_on, row.actual_on)


def of_project(project: Project, on: date, *, drawn: bool = True) -> Page:
    """The schedule of *project* on the day *on*. Three queries."""
    schedule = Schedule.objects.filter(project=project).first()
    found = list(Milestone.objects.filter(project=project).with_actual()) if schedule else []
    known = rules_of(project.county)[ScheduleRules]
    verdicts = rules.verdicts([point_of(row) for row in found], on, known)
    names, days = {row.code: row.name for row in found}, calendar() if found else {}
    rows = [
        Row(
            row, row.actual_on, verdicts[row.code], workdays.add_workdays(row.planned_on, -row.days, days),
            _(", ").join(names[code] for code in row.after if code in names),
        )
        for row in found
    ]  # fmt: skip
    drawing = _drawn(rows, schedule, on, days) if rows and drawn else None
    years = sorted({row.milestone.planned_on.year for row in rows}) if drawn else []
    version = schedule.version if schedule else 0
    return Page(schedule, version, rows, _groups(rows), drawing, unknown_years(years))


def _groups(rows: Sequence[Row]) -> list[Group]:
    found: list[Group] = []
    for row in rows:
        label = str(Stage(row.milestone.stage).label)
        if not found or found[-1].label != label:
            found.append(Group(label, []))
        found[-1].rows.append(row)
    return found


def _drawn(rows: Sequence[Row], schedule: Schedule | None, on: date, days: Days) -> gantt.Gantt:
    lines = [
        gantt.Line(
            row.milestone.pk, row.milestone.name, str(Stage(row.milestone.stage).label), row.start,
            row.milestone.planned_on, row.milestone.forecast_on, row.actual, row.verdict.state,
            _(", ").join(filter(None, [row.word, row.verdict.why])),
        )
        for row in rows
    ]  # fmt: skip
    return gantt.draw(lines, on=on, target=schedule.target_on if schedule else None, days=days)


def unknown_years(years: Sequence[int]) -> list[int]:
    """Those of *years* whose moved working days (调休) nobody has told: weekends count in them as they stand."""
    unknown = [year for year in years if not workdays.moved_days_known(year)]
    told = {day.year for day in calendar()} if unknown else set()
    return [year for year in unknown if year not in told]


def short_of(page: Page, on: date) -> tuple[int, int]:
    """How many milestones that aren't reached lie before *on*, and how many working days that is too few."""
    past = [row.start for row in page.rows if row.actual is None and row.start < on]
    behind = sum(row.actual is None and row.milestone.planned_on < on for row in page.rows)
    return behind, workdays.workdays_between(min(past), on, calendar()) if past else 0
