"""What would become of the files that wait: row by row what stood there and will, what stays and why, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.office import local_day
from core.days.periods import Period
from core.fillings import Asked, open_within
from core.records.history import differing
from core.records.order import last
from core.tables.places import cell_name
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.gathering.models import GatheredFile
from projects.registry.models import Project
from projects.reports.forms import RowForm
from projects.reports.grid import Row, rows_of
from projects.reports.models import MonthlyReport
from projects.reports.months import changed_by, expected, facts_of, is_closed
from projects.reports.questions import month_name, questions
from projects.reports.table import HEADINGS, Finder, Written, plain, posted, seen_in, workbook
from projects.rules import ReportRules

SHOWN = 20  # settled files that the page lists


@dataclass(frozen=True)
class Cell:
    """A cell that would change."""

    at: str
    label: str
    was: str
    will: str


@dataclass(frozen=True)
class Said:
    """What is to be known of a cell or of the whole file."""

    at: str
    text: str


@dataclass(frozen=True)
class Line:
    """A row of a file that differs from what stands there. `version` is what stands there now; `conflict` says who
    has written since the form was given out; `asks` are the questions that its figures raise: it goes in as a draft
    and doesn't go up before somebody has answered."""

    project: Project
    version: int
    values: Mapping[str, Any]
    cells: Sequence[Cell]
    conflict: str = ""
    asks: Sequence[str] = ()


@dataclass
class Plan:
    """What one file would do. `same` are projects of which it says what stands there already, `others` files of the
    same unit and month that wait as well, `asked` the open rounds within the month that are filled from it too."""

    file: GatheredFile
    period: Period | None = None
    clean: list[Line] = field(default_factory=list)
    conflicts: list[Line] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    others: list[GatheredFile] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    over: bool = False  # the month has ended: what is complete can go up

    @property
    def month(self) -> str:
        return month_name(self.period) if self.period else ""

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look at: all that differs goes in."""
        return bool(self.clean) and not (self.conflicts or self.said or self.others or self.file.refused)

    @property
    def lines(self) -> list[Line]:
        return [*self.clean, *self.conflicts]


def plans_of(county: Unit, *, now: datetime, only: int | None = None) -> list[Plan]:
    """The files of *county* that wait, or *only* one of them, each with what it would do now."""
    waiting = GatheredFile.objects.filter(county=county, status=GatheredFile.Status.WAITING)
    files = list(waiting.select_related("unit__county", "by", "county"))
    same: dict[tuple[int | None, str], list[GatheredFile]] = {}
    for one in files:
        same.setdefault((one.unit_id, one.month), []).append(one)
    found = []
    for one in files:
        if only in (None, one.pk):
            plan = plan_of(one, now=now)
            plan.others = [other for other in same[one.unit_id, one.month] if other.pk != one.pk and one.unit_id]
            found.append(plan)
    return found


def settled(county: Unit) -> list[GatheredFile]:
    """Those that were taken over or set aside last."""
    found = GatheredFile.objects.filter(county=county).exclude(status=GatheredFile.Status.WAITING)
    return list(found.select_related("unit", "settled_by").order_by(last("-settled_at"), "-pk")[:SHOWN])


def rows_of_unit(unit: Unit, period: Period) -> list[Row]:
    """The grid of *unit*, as its form is made of it."""
    county = unit.county
    if county is None:
        return []
    found = expected(county, period, unit).select_related("lead_unit", "county").order_by(last("number"), "pk")
    return rows_of(found, period, rules_of(county)[ReportRules], is_closed(county, period))


def plan_of(file: GatheredFile, *, now: datetime) -> Plan:
    """What *file* would do now."""
    plan = Plan(file)
    if file.refused or file.unit is None:
        return plan
    plan.period = Period.parse(file.month)
    unit = file.unit.standing  # of one that was merged since
    plan.asked = open_within(file.county, plan.period, unit)
    plan.over = plan.period.last < local_day(now)
    rows = rows_of_unit(unit, plan.period)
    finder = Finder(rows)
    seen: dict[int, int] = {}
    plan.said += [Said(cell, _("“%(head)s” is no column of the form: it isn't read") % {"head": head})
                  for cell, head in file.more]  # fmt: skip
    strangers = []
    for written in (Written(**line) for line in file.lines):
        row = finder.find(written)
        if row is None:
            strangers.append(written)
        elif (first := seen.setdefault(row.project.pk, written.line)) != written.line:
            said = _("%(project)s stands in line %(line)s already: this one isn't read")
            plan.said.append(Said(_at(file, written, "name"), said % {"project": row.project, "line": first}))
        else:
            _line(plan, row, written, now)
    plan.said += _not_theirs(file, strangers)
    return plan


def _at(file: GatheredFile, written: Written, name: str) -> str:
    """The cell of a column in the line, as Excel calls it."""
    place = file.places.get(name)
    return "" if place is None else cell_name(written.line - 1, place)


def _line(plan: Plan, row: Row, written: Written, now: datetime) -> None:
    file = plan.file
    for name, what in written.odd.items():
        plan.said.append(Said(_at(file, written, name), _("this can't be read: %(what)s") % {"what": what}))
    form = RowForm(posted(row, written), prefix=row.prefix)
    form.is_valid()
    for name, errors in form.errors.items():
        if name not in written.odd:
            for why in errors:
                said = _("%(name)s: %(why)s") % {"name": row.project, "why": why}
                plan.said.append(Said(_at(file, written, name), said))
    given = {name: value for name, value in form.cleaned_data.items() if name in written.values}
    given = {name: value for name, value in given.items() if name in HEADINGS and name != "version"}
    given = {name: value for name, value in given.items() if name not in written.odd}
    changed = differing(row.report or MonthlyReport(), given)
    if not changed:
        if not (form.errors or written.odd):
            plan.same.append(row.project.pk)
        return
    if not row.editable:
        said = _("%(project)s stays as it is: %(state)s") % {"project": row.project, "state": row.state.word}
        plan.said += [Said(_at(file, written, name), said) for name in list(changed)[:1]]
        return
    cells = [_cell(file, row, written, name, value) for name, value in changed.items()]
    version, conflict = row.report.version if row.report else 0, _conflict(row, written, now)
    line = Line(row.project, version, changed, cells, conflict, _asks(row, changed))
    (plan.conflicts if line.conflict else plan.clean).append(line)


def _cell(file: GatheredFile, row: Row, written: Written, name: str, value: Any) -> Cell:
    was = getattr(row.report, name, None)
    say = figures.wan_exact if name == "works" else str
    return Cell(_at(file, written, name), HEADINGS[name](), say(was) if was is not None else "",
                say(value) if value is not None else "")  # fmt: skip


def _asks(row: Row, values: Mapping[str, Any]) -> list[str]:
    """What would be asked of the row's figures once *values* stand in it, as in the grid."""
    report = copy(row.report) if row.report else MonthlyReport(month=str(row.period), works_before=row.standing.before)
    for name, value in values.items():
        setattr(report, name, value)
    if report.explanation:
        return []
    return [question.text for question in questions(facts_of(report, row.standing), row.rules)]


def _conflict(row: Row, written: Written, now: datetime) -> str:
    """Who has written into the row since the form was given out; of one that doesn't say when, into a row that is
    filled already."""
    if row.report is None or row.is_empty:
        return ""
    return "" if seen_in(written) == row.report.version else changed_by(row.report, now)


def _not_theirs(file: GatheredFile, strangers: Iterable[Written]) -> list[Said]:
    """The rows that are no project of the unit, with whose they are, where it is known."""
    rows = list(strangers)
    if not rows:
        return []
    named = Project.objects.filter(county=file.county_id, name__in=[row.name for row in rows])
    whose = {plain(one.name): one.lead_unit for one in named.select_related("lead_unit")}
    found = []
    for row in rows:
        said = _("“%(name)s” is no project of this unit in this month")
        if (unit := whose.get(plain(row.name))) is not None and unit.pk != file.unit_id:
            said = _("“%(name)s” isn't theirs: %(unit)s leads it")
        found.append(Said(_at(file, row, "name"), said % {"name": row.name, "unit": unit}))
    return found


def forms_of(county: Unit, period: Period) -> Iterator[tuple[str, IO[bytes]]]:
    """The form of each unit that reports on the month *period*, with the name of its file."""
    for unit in Unit.objects.reporting().filter(county=county).select_related("county").order_by("position", "pk"):
        if rows := [row for row in rows_of_unit(unit, period) if row.project.lead_unit_id == unit.pk]:
            name = _("%(month)s report of %(unit)s") % {"month": month_name(period), "unit": unit}
            yield name, workbook(rows, unit, open_within(county, period, unit))
