"""What each list of the day holds: its columns, and its rows as they stand now. Reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Period
from core.records.order import last
from core.tables.writing import Format
from dispatch.daylists.models import Kind
from dispatch.problems.models import Problem
from dispatch.problems.recipients import level_name
from dispatch.rounds.models import Round, RoundRow
from organization.units.models import Unit
from projects.choices import Stage
from projects.entries.pages import due_and_not_proposed
from projects.models import AnnualPlan, MonthlyReport, Project
from projects.reports.months import NO_PACKAGE

Heading = tuple[str, str, str]  # words, format, unit
Rows = list[list[Any]]


@dataclass(frozen=True)
class List:
    """`headings()` in the language of the moment; `rows(round, on)` as they stand."""

    headings: Callable[[], Sequence[Heading]]
    rows: Callable[[Round, date], Rows]


def _projects(county: Unit, **which: Any) -> Any:
    found = Project.objects.filter(NO_PACKAGE, county=county, **which).active().select_related("lead_unit")
    return found.order_by("lead_unit__position", "lead_unit", last("number"), "pk")


def _plans(projects: Iterable[int], on: date) -> dict[int, int | None]:
    found = AnnualPlan.objects.in_force(on).filter(project__in=list(projects), year=on.year)
    return dict(found.values_list("project", "investment"))


def _newest(projects: Iterable[int], on: date) -> dict[int, MonthlyReport]:
    """The newest counted report of the year of each project."""
    found = MonthlyReport.objects.filter(project__in=list(projects)).as_of(Period.of(on))
    return {report.project_id: report for report in found}


def _wan(words: str) -> Heading:
    return str(words), Format.WAN.value, str(_("10k yuan"))


def _word(words: Any) -> Heading:
    return str(words), Format.TEXT.value, ""


def _day(words: str) -> Heading:
    return str(words), Format.DATE.value, ""


def _of_project() -> tuple[Heading, ...]:
    return _word(_("Project")), _word(_("Lead unit")), _wan(_("Total investment"))


def _start(project: Project) -> list[Any]:
    return [project.name, str(project.lead_unit), project.total_investment]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# the lists ----------------------------------------------------------------------------------------------------------


def _construction_heads() -> Sequence[Heading]:
    return (
        *_of_project(),
        _wan(_("Plan of the year")),
        _wan(_("Works done this year")),
        (_("Share of the plan"), Format.PERCENT.value, ""),
        _word(_("Image progress")),
        _word(_("Problems")),
    )


def _construction(opened: Round, on: date) -> Rows:
    """Each project that is being built: what its row of the round says, else what was counted last."""
    found = list(_projects(opened.county, stage__in=[Stage.STARTED, Stage.ENTERED]))
    keys = [project.pk for project in found]
    plans, newest = _plans(keys, on), _newest(keys, on)
    said = {row.project_id: row for row in RoundRow.objects.filter(round=opened, project__in=keys)}
    rows = []
    for project in found:
        report, row = newest.get(project.pk), said.get(project.pk)
        done = row.total if row and row.total is not None else report.works_ytd if report else None
        plan = plans.get(project.pk)
        share = figures.rounded(Fraction(done * 100, plan), 1) if plan and done is not None else None
        words = (row.note if row else "") or (report.progress if report else "")
        rows.append([*_start(project), plan, done, share, words, row.problem if row else ""])
    return rows


def _problem_heads() -> Sequence[Heading]:
    return (
        _word(_("Project")), _word(_("Lead unit")), _word(_("Problem")), _word(_("Level")), _word(_("Owner")),
        _day(_("Raised on")), _day(_("Result due on")), _word(_("State")),
    )  # fmt: skip


def _problems(opened: Round, on: date) -> Rows:
    """Each problem that isn't closed."""
    found = Problem.objects.filter(county=opened.county, project__county=opened.county).open()
    found = found.select_related("project__lead_unit", "owner_unit", "county")
    ordered = found.order_by("level", "due_on", "pk")
    return [
        [one.project.name, str(one.project.lead_unit), one.title, str(level_name(one)), str(one.owner_unit),
         _iso(one.raised_on), _iso(one.due_on), str(one.get_status_display())]
        for one in ordered
    ]  # fmt: skip


def _planned_heads() -> Sequence[Heading]:
    return *_of_project(), _word(_("Stage")), _day(_("Planned start"))


def _planned(opened: Round, on: date) -> Rows:
    """Each project that is planned or in reserve."""
    found = _projects(opened.county, stage__in=[Stage.PLANNED, Stage.RESERVE])
    return [[*_start(one), str(one.get_stage_display()), _iso(one.planned_start)] for one in found]


def _entry_heads() -> Sequence[Heading]:
    return *_of_project(), _day(_("Started on")), _day(_("In statistics since")), _word(_("State"))


def _entry(opened: Round, on: date) -> Rows:
    """Those that entered this year, and those that ought to have."""
    county = opened.county
    entered = list(_projects(county, entered_on__gte=date(on.year, 1, 1), entered_on__lte=on))
    owed = due_and_not_proposed(Project.objects.filter(county=county), on).select_related("lead_unit")
    rows = [[*_start(one), _iso(one.started_on), _iso(one.entered_on), _("in statistics")] for one in entered]
    return rows + [[*_start(one), _iso(one.started_on), None, _("ought to be in, and isn't")] for one in owed]


def _completion_heads() -> Sequence[Heading]:
    return *_of_project(), _day(_("Planned completion")), _day(_("Completed on"))


def _completion(opened: Round, on: date) -> Rows:
    """Those completed this year, and those that are to be completed by its end."""
    end = date(on.year, 12, 31)
    done = Q(completed_on__year=on.year, completed_on__lte=on)
    to_come = Q(completed_on=None, planned_completion__lte=end) & ~Q(stage=Stage.COMPLETED)
    found = _projects(opened.county).filter(done | to_come)
    return [[*_start(one), _iso(one.planned_completion), _iso(one.completed_on)] for one in found]


LISTS_OF: Mapping[str, List] = {
    Kind.CONSTRUCTION: List(_construction_heads, _construction),
    Kind.PROBLEMS: List(_problem_heads, _problems),
    Kind.PLANNED: List(_planned_heads, _planned),
    Kind.ENTRY: List(_entry_heads, _entry),
    Kind.COMPLETION: List(_completion_heads, _completion),
}
