"""A county's own ledger, as messy as it is, to rows with understood values. Pure: no database, no clock.

    read_ledger(content, "台账.xlsx", year=2020, period="2020-05") -> Ledger

Looks at every sheet, takes the one with the projects, finds the header among title, unit and blank rows, maps the
columns, tells totals, group titles and notes from projects. Nothing is guessed silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from django.utils.translation import gettext as _

from core.amounts.cells import plain, tight
from core.days.periods import Period
from core.tables.reading import Grid, TableError, read_grids
from core.text import storable_cells
from projects.ledger.reading.body import Body
from projects.ledger.reading.checks import finish
from projects.ledger.reading.columns import figure, last_with_figures, settle, with_sums
from projects.ledger.reading.fields import months_said, year_said
from projects.ledger.reading.headers import (
    Header,
    find_header,
    title_above,
    unit_above,
)
from projects.ledger.reading.sheet import INFO, WARNING, Ledger, LedgerError, Problem

SAME = 0.9  # share of names that makes a sheet a repetition of another


def read_ledger(
    content: bytes,
    filename: str,
    *,
    year: int | None = None,
    period: str | None = None,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Ledger:
    """The ledger in *content*. *year*, *period* ("2020-05") say what its figures are of (None: its own title does);
    *sheet* names one sheet; *mapping* {header or column letter: field or ""} wins over the synonyms.

    Raises LedgerError with one sentence if there is no ledger in it.
    """
    how: dict[str, Any] = {"year": year, "period": period, "sheet": sheet, "mapping": mapping}
    return ledger_in(sheets_of(content, filename), filename, **how)


def sheets_of(content: bytes, filename: str) -> list[Grid]:
    """The sheets of a file: what takes its time and waits for others, so never inside a transaction. LedgerError."""
    try:
        return [replace(grid, rows=[*map(storable_cells, grid.rows)]) for grid in read_grids(content, filename)]
    except TableError as error:
        raise LedgerError(str(error)) from error


def ledger_in(
    grids: Sequence[Grid],
    filename: str,
    *,
    year: int | None = None,
    period: str | None = None,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Ledger:
    """The ledger in *grids*, the rest as in `read_ledger`."""
    wanted = Period.parse(period) if period else None
    if sheet is not None and sheet not in {grid.name for grid in grids}:
        raise LedgerError(
            _("There is no sheet “%(sheet)s” in the file; it has: %(sheets)s.")
            % {"sheet": sheet, "sheets": "、".join(grid.name for grid in grids)}
        )
    fixed = dict((mapping or {}).items())
    sheets = [_Sheet(grid, find_header(grid, fixed)) for grid in grids if sheet in (None, grid.name)]
    chosen, notes, problems = _choose(sheets, asked=sheet is not None)
    ledger = _understand(chosen, filename, year, wanted, fixed)
    return replace(
        ledger,
        notes=(*notes, *ledger.notes),
        problems=(*problems, *ledger.problems),
        sheets=tuple(grid.name for grid in grids),
    )


@dataclass
class _Sheet:
    grid: Grid
    header: Header | None

    @cached_property
    def names(self) -> set[str]:
        """The project names beneath the header, tight, for telling repetitions."""
        if self.header is None:
            return set()
        name = next(column.index for column in self.header.columns if column.field == "name")
        return {
            tight(row[name])
            for row in self.grid.rows[self.header.bottom + 1 :]
            if len(row) > name and plain(row[name])
        }


def _choose(sheets: list[_Sheet], *, asked: bool) -> tuple[_Sheet, list[str], list[Problem]]:
    """The sheet to read, what to say of the others, and which of them hold projects of their own."""
    notes, problems = [], []
    usable = [
        sheet for sheet in sheets if sheet.header is not None and sheet.names and (asked or not sheet.grid.hidden)
    ]
    for sheet in sheets:
        if sheet.header is None and any(any(cell != "" for cell in row) for row in sheet.grid.rows):
            notes.append(
                _("Sheet “%(sheet)s” skipped: no row in it names a project column.") % {"sheet": sheet.grid.name}
            )
        elif sheet.grid.hidden and not asked:
            notes.append(_("Sheet “%(sheet)s” skipped: it is hidden.") % {"sheet": sheet.grid.name})
    if not usable:
        raise LedgerError(
            _("No header was found: no row of %(sheets)s has a column like 项目名称 with others beside it. "
              "Put the names of the columns in one row above the projects.")
            % {"sheets": "、".join(f"“{sheet.grid.name}”" for sheet in sheets) or filename_of(sheets)}
        )  # fmt: skip
    best = max(
        usable,
        key=lambda s: (len(s.names), s.header.score if s.header else 0, s.header.top > 0 if s.header else False),
    )
    names = best.names
    for sheet in usable:
        if sheet is best:
            continue
        own = sheet.names - names
        said = {"sheet": sheet.grid.name, "best": best.grid.name, "count": len(own), "all": len(sheet.names)}
        if len(own) <= (1 - SAME) * len(sheet.names):
            notes.append(_("Sheet “%(sheet)s” skipped: it repeats the %(all)s projects of “%(best)s”.") % said)
        else:
            message = (
                _("Sheet “%(sheet)s” has %(count)s projects that are not in “%(best)s”: import that sheet too.") % said
            )
            problems.append(Problem(None, "", sheet.grid.name, message, WARNING))
    return best, notes, problems


def filename_of(sheets: list[_Sheet]) -> str:
    return sheets[0].grid.name if sheets else _("the file")


def _understand(
    sheet: _Sheet, filename: str, year: int | None, wanted: Period | None, fixed: dict[str, str | None]
) -> Ledger:
    grid, header = sheet.grid, cast("Header", sheet.header)
    title = title_above(grid, header)
    unit = unit_above(grid, header)
    said_year = _year_said(header, title, filename)
    use_year = (wanted.year if wanted else None) or year or said_year
    said_month = _month_said(header, grid, title, filename, use_year)
    problems: list[Problem] = []
    use_month = (
        wanted.last.month if wanted else (said_month if year in (None, said_year) or said_year is None else None)
    )
    header = settle(header, grid, unit=unit, year=use_year, month=use_month, fixed=frozenset(fixed))
    problems.extend(header.problems)
    problems.extend(_time_problems(header, title, use_year, use_month, said_year, said_month, year, wanted))
    body = Body(grid, header, use_year)
    body.read()
    kind = "reports" if body.by_field.keys() >= {"month", "done_month"} else "projects"
    rows = body.rows
    rows, more = finish(rows, body, kind)
    return Ledger(
        kind=kind,
        sheet=grid.name,
        header_rows=tuple(range(header.top + 1, header.bottom + 2)) if header.top >= 0 else (),
        title=title,
        unit=unit,
        columns=header.columns,
        rows=tuple(rows),
        year=use_year,
        month=use_month,
        problems=(*with_sums(problems, header.columns, rows, unit, fixed), *body.problems, *more),
        notes=tuple(body.notes),
    )


def _year_said(header: Header, title: str, filename: str) -> int | None:
    """The year that the title gives if a column has it too or none has another; else that of the newest column."""
    dated = [column.year for column in header.columns if column.field in ("done", "done_month", "year_plan")]
    years = {year for year in dated if year}
    titled = year_said(title) or year_said(filename)
    return titled if titled and (titled in years or not years) else max(years, default=titled)


def _month_said(header: Header, grid: Grid, title: str, filename: str, year: int | None) -> int | None:
    """The month that the columns, the title or the file's name give for the figures to date."""
    if months := last_with_figures(header, grid, year):
        return months[1]
    fields = {column.field for column in header.columns}
    if not fields & {"done", "done_month"}:
        return None
    said = months_said(tight(title)) or months_said(tight(filename))
    if said:
        return said[1]
    own = [column for column in header.columns if column.field in ("done_month", "progress") and column.months]
    filled = [column for column in own if any(figure(row, column.index) for row in grid.rows[header.bottom + 1 :])]
    return max((column.months[1] for column in filled or own if column.months), default=None)


def _time_problems(header: Header, title: str, year: int | None, month: int | None,
                   said_year: int | None, said_month: int | None, asked_year: int | None,
                   wanted: Period | None) -> list[Problem]:  # fmt: skip
    row = header.bottom + 1
    found = []
    by_field = {column.field: column for column in header.columns}
    if asked_year and wanted and asked_year != wanted.year:
        message = _("The year %(year)s and the period %(period)s don't fit: the period is taken.")
        found.append(Problem(row, "", "", message % {"year": asked_year, "period": wanted}, WARNING))
    if wanted and said_month and (said_month != month or (said_year or year) != year):
        message = _("The table says %(year)s-%(month)02d, you say %(period)s: your word is taken.")
        said = {"year": said_year or year, "month": said_month, "period": wanted}
        found.append(Problem(row, "", title, message % said, WARNING))
    elif year and not wanted and not asked_year and {"year_plan", "done"} & by_field.keys():
        message = _("Year taken from the table itself: %(year)s.") % {"year": year}
        found.append(Problem(row, "", title, message, INFO))
    if "done" in by_field:
        header_text = by_field["done"].header
        if month is None or year is None:
            message = _("Up to which month is “%(header)s”? Say the period; without it the figure isn't stored.")
            found.append(Problem(row, header_text, "", message % {"header": header_text}, WARNING, field="done"))
        elif not wanted:
            message = _("“%(header)s” is read as January to month %(month)d of %(year)s.")
            named = {"header": header_text, "year": year, "month": month}
            found.append(Problem(row, header_text, "", message % named, INFO, field="done"))
    of_month = by_field.get("done_month")
    if of_month and of_month.months is None and not {"done", "month"} & by_field.keys() and month is None:
        message = _("Of which month is “%(header)s”? Say the period; without it the figure isn't stored.")
        named = {"header": of_month.header}
        found.append(Problem(row, of_month.header, "", message % named, WARNING, field="done_month"))
    if year is None and {"year_plan"} & by_field.keys():
        header_text = by_field["year_plan"].header
        message = _("Of which year is “%(header)s”? Say the year; without it the plan isn't stored.")
        found.append(Problem(row, header_text, "", message % {"header": header_text}, WARNING, field="year_plan"))
    return found
