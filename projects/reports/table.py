"""The grid as a workbook: taken away, filled in, brought back through the same door as the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from core.amounts.cells import parse_count
from core.tables.reading import TableError, read_grids
from core.tables.writing import Format, TableColumn, write_table
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
    "explanation": lambda: _("Explanation of unusual figures"),
    "version": lambda: _("Edition, leave as it is"),
}
TYPED = ("works", "progress", "explanation")


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


def workbook(rows: Sequence[Row], unit: Unit) -> IO[bytes]:
    """The rows to fill in, with last month's figures beside."""
    if not rows:
        raise TableError(_("No project reports this month."))
    period = rows[0].period
    wan = _("10k yuan")
    columns = [
        TableColumn(HEADINGS["number"](), Format.NUMBER),
        TableColumn(HEADINGS["name"]()),
        TableColumn(HEADINGS["plan"](), Format.WAN, wan),
        TableColumn(_("%(earlier)s so far") % {"earlier": earlier_name(period)}, Format.WAN, wan),
        TableColumn(_("Image progress last time")),
        TableColumn(HEADINGS["works"](), Format.WAN, wan),
        TableColumn(HEADINGS["progress"]()),
        TableColumn(HEADINGS["explanation"]()),
        TableColumn(HEADINGS["version"](), Format.NUMBER),
    ]
    lines = [_line(row) for row in rows]
    if period.number == 1:
        columns, lines = [c for n, c in enumerate(columns) if n != 3], [r[:3] + r[4:] for r in lines]
    title = _("%(month)s report of %(unit)s") % {"month": month_name(period), "unit": unit}
    notes = [_("Fill in the works of the month and the image progress, then bring the table back on the same page.")]
    return write_table(columns, lines, title=title, notes=notes, sheet=months_name(period))


def _line(row: Row) -> list[Any]:
    stored = row.report
    return [
        row.project.number,
        row.project.name,
        row.standing.plan,
        row.before,
        row.standing.last_progress,
        stored.works if stored else None,
        stored.progress if stored else "",
        stored.explanation if stored else "",
        row.version,
    ]


def bring_back(rows: Sequence[Row], content: bytes, filename: str, *, by: User, now: datetime) -> Result:
    """Store what the table has for *rows*; what can't be stored is said line by line, the rest goes in.

    TableError with a sentence if the file is no such table.
    """
    lines, places, first = _table(content, filename)
    finder = _Finder(rows)
    result = Result(0, [])
    for number, line in enumerate(lines, first):
        values = {name: line[at] if at < len(line) else "" for name, at in places.items()}
        name = str(values.get("name") or "").strip()
        if not name or all(values.get(key) in ("", None) for key in TYPED):
            continue
        row = finder.find(values.get("number"), name)
        if row is None:
            result.problems.append(Problem(number, name, _("No project of this unit has this number and name.")))
            continue
        version = row.version
        fill(row, _posted(row, values), by=by, now=now)
        said = [row.conflict.why] if row.conflict else row.errors
        result.problems += [Problem(number, name, text) for text in said]
        result.stored += bool(not said and row.version != version)
    return result


def _posted(row: Row, values: dict[str, Any]) -> QueryDict:
    """The line as if it had been typed on the page."""
    data = QueryDict(mutable=True)
    seen = parse_count(values.get("version"))
    version = 0 if seen.level == "error" else row.version if seen.value is None else seen.value  # 0: nothing was seen
    data[f"{row.prefix}-version"] = str(version)
    for name in TYPED:
        if name in values:
            data[f"{row.prefix}-{name}"] = _text(values[name])
    return data


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.8f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value).strip()


class _Finder:
    """A project by its number and name; by the name alone if only one has it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.by_name: dict[str, list[Row]] = {}
        for row in rows:
            self.by_name.setdefault(_plain(row.project.name), []).append(row)

    def find(self, number: Any, name: str) -> Row | None:
        found = self.by_name.get(_plain(name), [])
        if len(found) > 1:
            found = [row for row in found if str(row.project.number) == _text(number)]
        return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return "".join(text.split())


def _table(content: bytes, filename: str) -> tuple[list[list[Any]], dict[str, int], int]:
    """The lines below the header, where each column stands, and the first line's number."""
    known = _known_headings()
    for grid in read_grids(content, filename):
        rows = [*map(storable_cells, grid.rows)]
        for at, cells in enumerate(rows[:20]):
            heads = [str(cell).split("（")[0].strip() for cell in cells]
            places = {known[head]: place for place, head in enumerate(heads) if head in known}
            if {"name", "works", "progress"} <= places.keys():
                return rows[at + 1 :], places, at + 2
    raise TableError(_("This is not the table of the grid: download it here, fill it in and bring that one back."))


def _known_headings() -> dict[str, str]:
    """The headings in every language that a table may have been downloaded in."""
    known: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            known |= {word(): name for name, word in HEADINGS.items()}
    return known
