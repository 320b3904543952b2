"""The grid as a workbook: taken away, filled in, brought back through the same door as the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from core.amounts.cells import parse_count
from core.fillings import Asked
from core.tables.places import cell_name
from core.tables.reading import Grid, TableError, read_grids
from core.tables.writing import Format, Table, TableColumn, write_tables
from core.text import storable_cells
from organization.people.models import User
from organization.units.models import Unit
from projects.reports.grid import Row, fill
from projects.reports.questions import earlier_name, month_name, months_name

HEADINGS: dict[str, Callable[[], str]] = {
    "number": lambda: _("Number"),
    "name": lambda: _("Project"),
    "plan": lambda: _("Year's plan"),
    "works": lambda: _("Works of the month"),
    "progress": lambda: _("Image progress"),
    "problem": lambda: _("Problems"),
    "explanation": lambda: _("Explanation of unusual figures"),
    "version": lambda: _("Edition, leave as it is"),
}
TYPED = ("works", "progress", "problem", "explanation")
KEY, MARK = "_key", "monthly form"  # the hidden sheet by which a form is known again, and what stands in it first
SUMS = {"合计", "总计", "小计"}


@dataclass(frozen=True)
class Problem:
    """A cell that was not stored, and why."""

    line: int  # in the sheet, counted from 1
    name: str
    text: str


@dataclass
class Result:
    """What became of a table that was brought back."""

    stored: int
    problems: list[Problem]


@dataclass(frozen=True)
class Written:
    """A line of a table that was filled in: its number in the sheet, what stands in each column, which cells are
    none that can be read."""

    line: int
    values: Mapping[str, str]
    odd: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.values.get("name", "")

    @property
    def is_empty(self) -> bool:
        return not self.name or self.name in SUMS or not any(self.values.get(key) or key in self.odd for key in TYPED)


@dataclass(frozen=True)
class Filled:
    """A table that was filled in. `key` is what our own form says of itself (county, unit, month); `heading` what
    stands over the table; `places` where each column is; `more` the columns that the form hasn't, by cell."""

    key: tuple[str, str, str] | None
    heading: str
    places: Mapping[str, int]
    more: Sequence[tuple[str, str]]
    lines: Sequence[Written]


def workbook(rows: Sequence[Row], unit: Unit, asked: Sequence[Asked] = ()) -> IO[bytes]:
    """The rows to fill in, with last month's figures beside; with a column for problems where something is *asked*
    within the month that wants to know of them. A hidden sheet says whose form it is."""
    if not rows:
        raise TableError(_("No project reports this month."))
    period = rows[0].period
    wan = _("10k yuan")
    within = period.number > 1  # in January nothing was done earlier in the year
    columns = [
        TableColumn(HEADINGS["number"](), Format.NUMBER),
        TableColumn(HEADINGS["name"]()),
        TableColumn(HEADINGS["plan"](), Format.WAN, wan),
        *([TableColumn(_("%(earlier)s so far") % {"earlier": earlier_name(period)}, Format.WAN, wan)] * within),
        TableColumn(_("Image progress last time")),
        TableColumn(HEADINGS["works"](), Format.WAN, wan),
        TableColumn(HEADINGS["progress"]()),
        *([TableColumn(HEADINGS["problem"]())] * bool(asked)),
        TableColumn(HEADINGS["explanation"]()),
        TableColumn(HEADINGS["version"](), Format.NUMBER),
    ]
    lines = [_line(row, within, bool(asked)) for row in rows]
    title = _("%(month)s report of %(unit)s") % {"month": month_name(period), "unit": unit}
    notes = [_("Fill in the works of the month and the image progress, then bring the table back on the same page.")]
    if asked:
        notes.append(_("It is for these as well: %(rounds)s") % {"rounds": _(", ").join(one.title for one in asked)})
    county = unit.county.code if unit.county else ""
    key = [[MARK], [county], [unit.code], [str(period)]]
    form = Table(columns, lines, title=title, notes=notes, sheet=months_name(period))
    return write_tables([form, Table([TableColumn(KEY)], key, sheet=KEY, hidden=True)])


def _line(row: Row, within: bool, problems: bool) -> list[Any]:
    stored = row.report
    return [
        row.project.number,
        row.project.name,
        row.standing.plan,
        *([row.before] * within),
        row.standing.last_progress,
        stored.works if stored else None,
        stored.progress if stored else "",
        *([stored.problem if stored else ""] * problems),
        stored.explanation if stored else "",
        row.version,
    ]


def bring_back(rows: Sequence[Row], content: bytes, filename: str, *, by: User, now: datetime) -> Result:
    """Store what the table has for *rows*; what can't be stored is said line by line, the rest goes in.

    TableError with a sentence if the file is no such table.
    """
    finder = Finder(rows)
    result = Result(0, [])
    for written in read_filled(content, filename).lines:
        if written.is_empty:
            continue
        row = finder.find(written)
        if row is None:
            said = _("No project of this unit has this number and name.")
            result.problems.append(Problem(written.line, written.name, said))
            continue
        version = row.version
        fill(row, posted(row, written), by=by, now=now)
        said_of_row = [row.conflict.why] if row.conflict else row.errors
        result.problems += [Problem(written.line, written.name, text) for text in said_of_row]
        result.stored += bool(not said_of_row and row.version != version)
    return result


def seen_in(written: Written) -> int | None:
    """The version that the form showed of the row; None where it has none, 0 (nothing was seen) where it is spoilt."""
    seen = parse_count(written.values.get("version"))
    return 0 if seen.level == "error" else seen.value


def posted(row: Row, written: Written) -> QueryDict:
    """The line as if it had been typed on the page."""
    data = QueryDict(mutable=True)
    seen = seen_in(written)
    data[f"{row.prefix}-version"] = str(row.version if seen is None else seen)
    for name in TYPED:
        if name in written.values:
            data[f"{row.prefix}-{name}"] = written.values[name]
    return data


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.8f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value).strip()


class Finder:
    """A project by its number and name; by the name alone if only one has it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.by_name: dict[str, list[Row]] = {}
        for row in rows:
            self.by_name.setdefault(plain(row.project.name), []).append(row)

    def find(self, written: Written) -> Row | None:
        found = self.by_name.get(plain(written.name), [])
        if len(found) > 1:
            found = [row for row in found if str(row.project.number) == written.values.get("number")]
        return found[0] if len(found) == 1 else None


def plain(text: str) -> str:
    return "".join(text.split())


def read_filled(content: bytes, filename: str) -> Filled:
    """The table of the grid in a file that somebody filled in. TableError with a sentence if it is none."""
    known, grids = _known_headings(), read_grids(content, filename)
    for grid in grids:
        rows = [*map(storable_cells, grid.rows)]
        for at, cells in enumerate(rows[:20]):
            heads = [str(cell).split("（")[0].strip() for cell in cells]
            places = {known[head]: place for place, head in enumerate(heads) if head in known}
            if {"name", "works", "progress"} <= places.keys():
                more = [(cell_name(at, n), head) for n, head in enumerate(heads) if head and head not in known]
                more = [(cell, head) for cell, head in more if not _beside().fullmatch(head)]
                above = [grid.name, *(str(cell) for line in rows[:at] for cell in line if cell)]
                lines = [_written(grid, n, line, places) for n, line in enumerate(rows[at + 1 :], at + 1)]
                return Filled(_key(grids), " ".join(above), places, more, lines)
    raise TableError(_("This is not the table of the grid: download it here, fill it in and bring that one back."))


def _written(grid: Grid, at: int, line: Sequence[Any], places: Mapping[str, int]) -> Written:
    values = {name: _text(line[place]) if place < len(line) else "" for name, place in places.items()}
    odd = {name: grid.errors[at, place] for name, place in places.items() if (at, place) in grid.errors}
    formulas = [name for name, place in places.items() if (at, place) in grid.formulas]
    return Written(at + 1, values, odd | dict.fromkeys(formulas, _("a formula that was never computed")))


def _key(grids: Iterable[Grid]) -> tuple[str, str, str] | None:
    """What our own form says of itself in its hidden sheet."""
    for grid in grids:
        cells = [_text(row[0]) if row else "" for row in grid.rows]
        if grid.name == KEY and MARK in cells and len(cells) > (at := cells.index(MARK)) + 3:
            county, unit, month = cells[at + 1 : at + 4]
            return county, unit, month
    return None


def _beside() -> re.Pattern[str]:
    """The headings of the form that nobody fills in, in every language."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found += [re.escape(_("Image progress last time")), re.escape(_("%(earlier)s so far") % {"earlier": "@"})]
    return re.compile("|".join(found).replace("@", ".+"))


def _known_headings() -> dict[str, str]:
    """The headings in every language that a table may have been downloaded in."""
    known: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            known |= {word(): name for name, word in HEADINGS.items()}
    return known
