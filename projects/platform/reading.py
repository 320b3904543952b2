"""An export of the national platform, as it was sent, to rows with understood values. Pure: no database, no clock.

The header is looked for in the first rows of each sheet; of several sheets the one with most rows is taken. Nothing is
guessed: what can't be read is said by cell, and its row is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import clean, is_placeholder, plain
from core.days.reading import Precision, parse_date
from core.tables.places import cell_name
from core.tables.reading import Grid, TableError, read_grids
from core.text import storable_cells
from projects.platform.fields import DAYS, LABELS, NEEDED, NOT_BEGUN, OBTAINED, REFUSED, field_of, state_of

TOP = 15  # rows in which the header is looked for
MOST_ROWS = 3_000
LONGEST = {"code": 40, "number": 100}
MERGED = 200  # rows that one merged cell may stand for


class PlatformError(TableError):
    """No export of the platform that can be read; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """A row of the export. Days are ISO texts or empty, `state` is a code of `fields.STATES`, `said` its own words.
    `wrong` are (cell, sentence): with one of them nothing of the row is taken."""

    number: int
    code: str
    name: str
    item: str
    owner: str = ""
    unit: str = ""
    state: str = ""
    said: str = ""
    accepted: str = ""
    done: str = ""
    document: str = ""
    approved: str = ""
    until: str = ""
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def day(self) -> date | None:
        """The day of the document: its own, else that on which the item was closed."""
        return _iso(self.approved or self.done)

    @property
    def newest(self) -> str:
        """The newest day that the row names, to tell the later of two rows of one item."""
        return max(self.approved, self.done, self.accepted)

    @property
    def valid_until(self) -> date | None:
        return _iso(self.until)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def made(cls, told: Mapping[str, Any]) -> Row:
        """The row as `as_dict` told it, from JSON."""
        return cls(**{**told, "wrong": tuple((str(cell), str(why)) for cell, why in told["wrong"])})


@dataclass(frozen=True)
class Read:
    """What a file holds: its rows, the sheet, the headers that are none of ours, sheets that were passed over."""

    rows: tuple[Row, ...]
    sheet: str
    left_out: tuple[str, ...]
    others: tuple[str, ...]


def read_export(content: bytes, filename: str) -> Read:
    """The rows of the platform's export. It takes its time and waits for others: never inside a transaction.
    PlatformError with a sentence if it is none."""
    try:
        grids = [replace(grid, rows=[*map(storable_cells, grid.rows)]) for grid in read_grids(content, filename)]
    except TableError as error:
        raise PlatformError(str(error)) from error
    return rows_in(grids)


def rows_in(grids: Sequence[Grid]) -> Read:
    """As `read_export`, of sheets."""
    headed = [(grid, at, columns) for grid in grids for at, columns in [_header(grid)] if columns]
    usable = [one for one in headed if all(name in one[2] for name in NEEDED)]
    if not usable:
        raise PlatformError(_missing(headed))
    grid, at, columns = max(usable, key=lambda one: len(one[0].rows) - one[1])
    body = _filled(grid, at, columns.values())
    rows = [
        _row(n, cells, columns, from_1904=grid.from_1904)
        for n, cells in enumerate(body, at + 2)
        if any(_cell(cells, columns[name]) for name in ("code", "name", "item") if name in columns)
    ]
    if not rows:
        raise PlatformError(_("There is no row beneath the header of “%(sheet)s”.") % {"sheet": grid.name})
    if len(rows) > MOST_ROWS:
        said = {"rows": len(rows), "limit": MOST_ROWS}
        raise PlatformError(
            _("The file has %(rows)s rows, at most %(limit)s are compared at once: export fewer.") % said
        )
    header = grid.rows[at]
    mine = set(columns.values())
    left_out = [plain(text) for n, text in enumerate(header) if n not in mine and plain(text)]
    return Read(tuple(rows), grid.name, tuple(left_out), tuple(one.name for one in grids if one is not grid))


def _missing(headed: Sequence[tuple[Grid, int, Mapping[str, int]]]) -> str:
    if not headed:
        return _(
            "This is no export of the approval platform: no row of it has columns such as 项目代码, 审批事项, "
            "办理状态, 批复文号. Export the list of approval items as Excel or csv."
        )
    _grid, at, columns = max(headed, key=lambda one: len(one[2]))
    names = _(", ").join(str(LABELS[name]) for name in NEEDED if name not in columns)
    return _("In row %(row)s there is no column of: %(names)s. Without it no row can be matched.") % {
        "row": at + 1,
        "names": names,
    }


def _header(grid: Grid) -> tuple[int, dict[str, int]]:
    """The row of the header from 0 and the column of each field; the first row that names most of them."""
    best, found = -1, dict[str, int]()
    for at, row in enumerate(grid.rows[:TOP]):
        columns: dict[str, int] = {}
        for n, text in enumerate(row):
            if field := field_of(text):
                columns.setdefault(field, n)
        if len(columns) > len(found):
            best, found = at, columns
    return (best, found) if len(found) > 1 else (-1, {})


def _filled(grid: Grid, at: int, columns: Any) -> list[list[Any]]:
    """The rows beneath the header; what stands in a merged cell stands in each row that it spans."""
    body = [list(row) for row in grid.rows[at + 1 :]]
    for top, left, bottom, _right in grid.merged:
        if left in columns and top > at and bottom - top < MERGED and left < len(grid.rows[top]):
            for n in range(top + 1, bottom + 1):
                row = body[n - at - 1] if n - at - 1 < len(body) else []
                if left < len(row):
                    row[left] = grid.rows[top][left]
    return body


def _cell(cells: Sequence[Any], column: int) -> Any:
    value = cells[column] if column < len(cells) else ""
    return "" if isinstance(value, str) and is_placeholder(value) else value


def _row(n: int, cells: Sequence[Any], columns: Mapping[str, int], *, from_1904: bool) -> Row:
    wrong: list[tuple[str, str]] = []

    def place(field: str) -> str:
        return cell_name(n - 1, columns[field])

    def text(field: str) -> str:
        found = clean(_cell(cells, columns[field])) if field in columns else ""
        return found if field in LONGEST else found[:200]

    days = dict.fromkeys(DAYS, "")
    for field in DAYS:
        if field in columns and (value := _cell(cells, columns[field])) not in ("", None):
            days[field], why = _day(value, from_1904=from_1904)
            wrong += [(place(field), why)] if why else []
    code, document = text("code"), text("number")
    for field, value in (("code", code), ("number", document)):
        if len(value) > LONGEST[field]:
            said = {"column": LABELS[field], "limit": LONGEST[field]}
            wrong.append((place(field), _("%(column)s has more than %(limit)s characters") % said))
    if isinstance(one := _cell(cells, columns["code"]), float | int) and abs(one) >= 1e15:
        wrong.append(
            (place("code"), _("The code is a number here: Excel has rounded its last digits. Export it as text"))
        )
    for field in NEEDED:
        if not text(field):
            wrong.append((place(field), _("There is no %(column)s") % {"column": LABELS[field]}))
    state, words, why = _state(text("state"), text("result"), document, days)
    if why:
        wrong.append((place("state" if "state" in columns else "item"), why))
    if days["accepted"] and days["done"] and days["done"] < days["accepted"]:
        wrong.append((place("done"), _("It was closed before it was accepted")))
    if state == OBTAINED and not (days["approved"] or days["done"]):
        wrong.append((place("state" if "state" in columns else "item"), _("It is closed, but no day says when")))
    ends = days["until"]
    if ends and ends < (days["approved"] or days["done"]):
        wrong.append((place("until"), _("This day is before the day on the document")))
    return Row(
        number=n, code=code[:60], name=text("name"), item=text("item"), owner=text("owner"), unit=text("unit"),
        state=state, said=words, accepted=days["accepted"], done=days["done"], document=document[:100],
        approved=days["approved"], until=days["until"], wrong=tuple(wrong),
    )  # fmt: skip


def _state(state: str, result: str, document: str, days: Mapping[str, str]) -> tuple[str, str, str]:
    """The state, in the platform's own words, and what is wrong with it. Where an item is closed its result decides;
    without a word for the state the document does."""
    said = "，".join(dict.fromkeys(one for one in (state, result) if one))
    if not said:
        return (OBTAINED if days["approved"] or (document and days["done"]) else NOT_BEGUN), "", ""
    found, outcome = state_of(state), state_of(result)
    if found in (OBTAINED, "") and outcome:
        found = outcome
    if not found:
        return "", said, _("Nobody knows what the state “%(text)s” means") % {"text": said}
    if found == OBTAINED and outcome == REFUSED:
        found = REFUSED
    return found, said, ""


def _day(value: Any, *, from_1904: bool) -> tuple[str, str]:
    """The day as ISO text, or why it is none."""
    if isinstance(value, str):
        value = value.replace("T", " ")
    found = parse_date(value, from_1904=from_1904)
    if found.value is None:
        return "", found.note if found.level == "error" else ""
    if found.value.precision != Precision.DAY:
        return "", _("“%(text)s” is no day: year, month and day are needed") % {"text": plain(value)}
    return f"{found.value.first:%Y-%m-%d}", ""


def _iso(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
