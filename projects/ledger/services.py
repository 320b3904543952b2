"""A county's ledger on its way in: looked at first, then stored in one transaction. The original is kept.

`preview` writes only the upload and what was found; `store` writes the projects. Both go the same way through
`projects.importing`, so the preview can't promise what storing doesn't do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import progress
from core.amounts.cells import tight
from core.amounts.figures import wan_exact
from core.records import bulk
from core.records.files import store as store_file
from core.refusals import NotAllowed
from core.tables.reading import Grid
from organization.people.models import Post, Role, User
from organization.profiles.rules import CountyRules, rules_of
from organization.units.models import Unit
from projects.classes import ClassRules
from projects.ledger import Ledger, Problem, ledger_in, sheets_of
from projects.ledger.models import ColumnMemory, LedgerImport
from projects.ledger.on_file import OnFile, mark_of
from projects.ledger.permissions import can_import
from projects.ledger.planning.packing import pack
from projects.ledger.planning.planner import UNSTORED, Past, Planned, Planner
from projects.ledger.reading.decisions import COMPARED, likely, sums, unit_key
from projects.ledger.reading.fields import FIELDS
from projects.ledger.writer import STEPS, Writer
from projects.plans.models import AnnualPlan
from projects.registry import services as registry
from projects.registry.models import Project, Sponsor
from projects.registry.months.models import ReportingMonth
from projects.reports.models import MonthlyReport

LISTED = ("pk", "name", "lead_unit_id", "code", "other_codes", "number", "made")  # of each project on file


@dataclass(frozen=True)
class Options:
    """How a file is to be read: as typed by the office, or on the command line."""

    year: int | None = None
    period: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    create_units: bool = False
    units: Mapping[str, str] = field(default_factory=dict)  # name that no unit has: what was decided of it
    out: Collection[int] = ()  # rows of the sheet that are not to be taken


@dataclass
class Looked:
    """A file read and held against what is on file; nothing of it is stored."""

    ledger: Ledger
    on_file: OnFile
    rows: list[Planned]

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    def problems(self) -> list[Problem]:
        found = [*self.ledger.problems, *_not_kept(self.ledger)]
        for row in self.rows:
            found.extend(row.problems)
        return sorted(found, key=lambda problem: problem.row or 0)

    def _asked(self) -> list[dict[str, Any]]:
        """The units that nobody knows, those of most rows first, with the one on file that each is most like."""
        known = {
            key: unit.name
            for key, unit in self.on_file.units.items()
            if unit.pk and unit.active and key not in self.on_file.decided
        }
        asked = sorted(self.on_file.asked.values(), key=lambda one: (-one.rows, -one.beside))
        return [one.as_dict(likely(one.name, known) if n < COMPARED else "") for n, one in enumerate(asked)]

    def as_dict(self) -> dict[str, Any]:
        """What design 5 calls the JSON of import_ledger, and some more."""
        ledger = self.ledger
        return {
            "rows": len(self.rows),
            **{outcome: self.count(outcome) for outcome in ("created", "updated", "unchanged", "rejected")},
            "rows_out": self.count("left_out"),
            "sums": sums(self.rows),
            "columns": {column.header: column.field for column in ledger.columns if column.field},
            "problems": [problem.as_dict() for problem in self.problems()],
            "left_out": [column.header for column in ledger.columns if not column.field],
            "columns_out": _held_by_columns_out(ledger),
            "kind": ledger.kind,
            "sheet": ledger.sheet,
            "sheets": list(ledger.sheets),
            "header_rows": list(ledger.header_rows),
            "title": ledger.title,
            "year": ledger.year,
            "period": f"{ledger.year}-{ledger.month:02}" if ledger.year and ledger.month else "",
            "notes": list(ledger.notes),
            "totals": {code: wan_exact(yuan) for code, yuan in _totals(self.rows).items()},
            "new_units": [unit.name for unit in self.on_file.new_units],
            "new_posts": [post.title for post in self.on_file.new_posts],
            "asked": self._asked(),
            "missing_units": self.on_file.missing_units,
            "missing_posts": self.on_file.missing_posts,
            "changes": [
                {"row": row.row.number, "name": row.row.values.get("name", ""), "what": what, "old": old, "new": new}
                for row in self.rows
                if row.outcome == "updated"
                for what, (old, new) in row.changes.items()
            ],
        }


def _totals(rows: Iterable[Planned]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for row in rows:
        if row.outcome not in ("rejected", "left_out"):
            for code in ("total_investment", "year_plan", "done", "done_month"):
                sums[code] += row.row.values.get(code) or 0
    return {code: yuan for code, yuan in sums.items() if yuan}


def _held_by_columns_out(ledger: Ledger) -> dict[str, str]:
    """{header: 万元} of columns of money that are not taken, as the sentence about each says it."""
    out = {column.header for column in ledger.columns if not column.field}
    return {problem.column: problem.value for problem in ledger.problems if problem.column in out and problem.value}


def _not_kept(ledger: Ledger) -> list[Problem]:
    """Columns that are understood but have no place of their own in the registry: kept with the original row only."""
    message = _("“%(header)s” is understood but has no place in the registry: it stays with the original row.")
    row = ledger.header_rows[-1] if ledger.header_rows else None
    return [
        Problem(row, column.header, "", message % {"header": column.header}, "info", field=column.field or "")
        for column in ledger.columns
        if column.field in UNSTORED
    ]


# --- looking ----------------------------------------------------------------------------------------------------


def look(content: bytes, filename: str, *, county: Unit, options: Options) -> Looked:
    """Reads the file and holds it against what is on file. Writes nothing. LedgerError with a sentence."""
    progress.step(1, 3, gettext_noop("reading the file"))
    grids = sheets_of(content, filename)
    progress.step(2, 3, gettext_noop("holding its rows against what is on file"))
    return look_at(grids, filename, county, options)


def look_at(grids: list[Grid], filename: str, county: Unit, options: Options, past: Past | None = None) -> Looked:
    remembered = dict(ColumnMemory.objects.filter(county=county).values_list("header", "field"))
    ledger = ledger_in(
        grids,
        filename,
        year=options.year,
        period=options.period or None,
        sheet=options.sheet or None,
        mapping={**remembered, **options.mapping},
    )
    taken = replace(ledger, rows=tuple(row for row in ledger.rows if row.number not in options.out))
    on_file = _on_file(county, taken)
    on_file.decide(options.units)
    planner = Planner(taken, on_file, create_units=options.create_units, past=past)
    planned = {row.number: planner.plan(row) for row in taken.rows}
    pack(planner, list(planned.values()), date(taken.year or 1, 1, 1))
    return Looked(ledger, on_file, [planned.get(row.number) or Planned(row, "left_out") for row in ledger.rows])


def _on_file(county: Unit, ledger: Ledger) -> OnFile:
    """What the county has that the ledger touches, in ten queries however long either is."""
    rules = rules_of(county)
    found = OnFile(county, rules[ClassRules], rules[CountyRules].region_code)
    for unit in Unit.objects.filter(county=county).select_related("merged_into").order_by("-active", "position", "pk"):
        for name in (unit.name, unit.short_name, *unit.aliases):
            found.units.setdefault(unit_key(name), unit.standing)
    leaders = list(Post.objects.filter(unit__county=county, role=Role.LEADER, active=True).select_related("holder"))
    for post in leaders:
        found.posts.setdefault(tight(post.title), post)
    for post in leaders:  # a title of before, and a person: where no post is called so
        for name in (*(one["title"] for one in post.former_titles), *([post.holder.name] if post.holder else [])):
            found.posts.setdefault(tight(name), post)
    named = {tight(row.values.get("name", "")) for row in ledger.rows}
    coded = {row.values["code"] for row in ledger.rows if "code" in row.values}
    marked = {mark for row in ledger.rows if (mark := row.values.get("key"))}
    wanted = []
    made = F("created_at") if marked else Value(None, DateTimeField())  # ten thousand moments take their time
    listed = Project.objects.filter(county=county).annotate(made=made)
    for pk, name, lead, code, others, number, moment in listed.order_by("pk").values_list(*LISTED):
        found.last_number = max(found.last_number, number or 0)
        key = tight(name)
        if key in named:
            found.names.setdefault(key, []).append((pk, lead))
        if meant := coded.intersection([code, *others.split()]):
            for one in meant:
                found.codes.setdefault(one, []).append(pk)
        mark = mark_of(county.pk, pk, moment) if marked else ""
        if mark in marked:
            found.marks[mark] = pk
        if key in named or meant or mark in marked:
            wanted.append(pk)
    _on_file_of(found, wanted, ledger)
    return found


def _on_file_of(found: OnFile, projects: list[int], ledger: Ledger) -> None:
    years = {int(row.values["month"][:4]) for row in ledger.rows if "month" in row.values}
    years |= {ledger.year} if ledger.year else set()
    first, last = (f"{min(years)}-01", f"{max(years)}-12") if years else ("", "")
    closed = ReportingMonth.objects.filter(county=found.county, closed_at__isnull=False)
    found.closed = frozenset(closed.filter(month__gte=first, month__lte=last).values_list("month", flat=True))
    if not projects:
        return
    rows = Project.objects.filter(pk__in=projects).select_related("lead_unit", "competent_unit", "agent_unit")
    found.projects = {project.pk: project for project in rows}
    for project, post in (
        Sponsor.objects.filter(project__in=projects).order_by("position", "pk").values_list("project", "post")
    ):
        found.sponsors.setdefault(project, []).append(post)
    through = Project.cooperating_units.through
    for project, unit in through.objects.filter(project__in=projects).values_list("project", "unit"):
        found.cooperating.setdefault(project, set()).add(unit)
    if ledger.year:
        plans = AnnualPlan.objects.with_drafts().filter(project__in=projects, year=ledger.year)
        found.plans = {plan.project_id: plan for plan in plans}
    if years:
        for report in MonthlyReport.objects.filter(project__in=projects, month__gte=first, month__lte=last):
            found.reports.setdefault(report.project_id, {})[report.month] = report


def preview(
    content: bytes, filename: str, *, county: Unit, options: Options, by: User | None, now: datetime
) -> LedgerImport:
    """Keeps the upload and what was found in it, and stores nothing else. LedgerError with a sentence."""
    demand(by, county)
    looked = look(content, filename, county=county, options=options)
    progress.step(3, 3, gettext_noop("keeping what was found"))
    ledger = LedgerImport(county=county, by=by, at=now)
    ledger.file = store_file(content, filename, by=by, now=now)
    keep_found(ledger, looked, options)
    ledger.save()
    return ledger


def look_again(ledger: LedgerImport, *, options: Options, by: User | None, now: datetime) -> LedgerImport:
    """The kept upload read once more with other *options*."""
    demand(by, ledger.county)
    if ledger.status == LedgerImport.Status.STORED:
        raise NotAllowed(_("This ledger is stored already. Choose the file again to import it once more."))
    looked = look(_content(ledger), ledger.file.name, county=ledger.county, options=options)
    keep_found(ledger, looked, options)
    ledger.at = now
    ledger.save()
    return ledger


def demand(by: User | None, county: Unit) -> None:
    if by is not None and not (answer := can_import(by, county)):
        raise NotAllowed(answer.why)


def _content(ledger: LedgerImport) -> bytes:
    with ledger.file.content.open("rb") as file:
        return bytes(file.read())


def options_of(ledger: LedgerImport) -> Options:
    """The options that the import was last read with."""
    return Options(**ledger.options)


def keep_found(ledger: LedgerImport, looked: Looked, options: Options) -> None:
    found = looked.ledger
    ledger.sheet, ledger.kind, ledger.year = found.sheet[:100], found.kind, found.year
    ledger.period = f"{found.year}-{found.month:02}" if found.year and found.month else ""
    ledger.options = {
        "year": options.year, "period": options.period, "sheet": options.sheet,
        "mapping": dict(options.mapping), "create_units": options.create_units,
        "units": dict(options.units), "out": sorted(options.out),
    }  # fmt: skip
    ledger.result = looked.as_dict() | {"preview": [_preview_row(row) for row in looked.rows]}


PREVIEW = (
    "month",
    "lead_unit",
    "leaders",
    "stage",
    "started",
    "total_investment",
    "year_plan",
    "done_month",
    "done",
    "progress",
)


def _preview_row(row: Planned) -> dict[str, Any]:
    values = row.row.values
    cells: dict[str, Any] = {code: values.get(code) for code in PREVIEW if code in values}
    cells["leaders"] = "、".join(values.get("leaders", ()))
    cells["progress"] = str(values.get("progress", ""))
    marks = {
        problem.field: problem.severity
        for problem in sorted(row.problems, key=lambda p: ("info", "warning", "error").index(p.severity))
        if problem.field
    }
    return {
        "row": row.row.number, "number": str(values.get("number", "")), "name": values.get("name", ""),
        "outcome": row.outcome, "cells": cells, "marks": marks, "changed": len(row.changes),
        "doubts": any(mark != "info" for code, mark in marks.items() if code not in row.unsettled),
    }  # fmt: skip


# --- storing ----------------------------------------------------------------------------------------------------


def store(
    content: bytes, filename: str, *, county: Unit, options: Options, by: User | None, now: datetime
) -> tuple[LedgerImport | None, Looked]:
    """Reads and stores in one go (the command). The import is None if nothing was to be written."""
    demand(by, county)
    grids = sheets_of(content, filename)
    with transaction.atomic():
        registry.lock(county)
        looked = look_at(grids, filename, county, options)
        if not any(row.outcome in ("created", "updated") for row in looked.rows):
            return None, looked
        ledger = LedgerImport(county=county, by=by, at=now)
        ledger.file = store_file(content, filename, by=by, now=now)
        keep_found(ledger, looked, options)
        _write(ledger, looked, options, by, now)
        return ledger, looked


def store_preview(ledger: LedgerImport, *, by: User | None, now: datetime) -> LedgerImport:
    """Stores what was looked at, read anew against what is on file now. Twice stores once. LedgerError.

    Where the registry has changed so that it would store something else than was shown, it shows that and stores
    nothing: the answer's status is still that of a preview.
    """
    demand(by, ledger.county)
    progress.step(1, STEPS, gettext_noop("reading the file"))
    grids = sheets_of(_content(ledger), ledger.file.name)
    progress.step(2, STEPS, gettext_noop("holding its rows against what is on file"))
    with transaction.atomic():
        mine = LedgerImport.objects.select_for_update(of=("self",)).select_related("file", "county")
        ledger = mine.get(pk=ledger.pk)
        if ledger.status == LedgerImport.Status.STORED:
            return ledger
        options = options_of(ledger)
        registry.lock(ledger.county)
        looked = look_at(grids, ledger.file.name, ledger.county, options)
        shown = _promised(ledger.result)
        ledger.by, ledger.at = by, now
        keep_found(ledger, looked, options)
        if _promised(ledger.result) != shown:
            ledger.save()
            return ledger
        _write(ledger, looked, options, by, now)
        return ledger


def _promised(result: Mapping[str, Any]) -> list[Any]:
    """What a page that showed *result* said that storing does."""
    return [result.get(one) for one in ("created", "updated", "unchanged", "rejected", "rows_out")]


def _write(ledger: LedgerImport, looked: Looked, options: Options, by: User | None, now: datetime) -> None:
    """Writes it, and has the database look anew at the tables it filled as soon as that is stored: here, not by the
    worker, since the pages that the office opens next are of these rows, and it takes a fortieth of the time that
    storing took (0.14 s for 3,000 projects)."""
    Writer(ledger, looked, options, by, now).write()
    filled = list(apps.get_app_config("projects").get_models(include_auto_created=True))
    transaction.on_commit(lambda: bulk.analyze(filled), robust=True)


def column_choices() -> list[tuple[str, str]]:
    """What a column can be said to mean, for the selects of the preview."""
    return [("", _("don't take")), *((code, str(entry.label)) for code, entry in FIELDS.items())]
