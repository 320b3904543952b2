"""A workbook or a text table as plain grids of cells: what is in the file, not what it means.

It is opened behind the fence (`core/tables/reader.py`), so that no file makes this take more than its limits, whatever
it claims to hold. Python values per cell: str, int, float, bool, date, datetime, time, timedelta; "" where empty.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core.fence.outside import Busy, Fell, Limits, fenced
from core.tables.places import cell_name

MAX_BYTES = 30 * 2**20  # of the file as it comes
LIMITS = Limits(memory=2**29, seconds=15, patience=30, answer=2**27)

T = TypeVar("T")

log = logging.getLogger(__name__)


class TableError(ValueError):
    """The file can't be read as a table; the message says why and what to do, in a sentence."""


@dataclass(frozen=True)
class Grid:
    """One sheet. `merged` are (first row, first column, last row, last column), from 0; `formulas` are the cells
    whose formula has never been computed, `errors` those that show #REF! and the like, both as (row, column).
    `hidden_rows`, `hidden_columns` (from 0) nobody sees; `from_1904`: the days of bare numbers count from there."""

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    from_1904: bool = False


def read_grids(content: bytes, filename: str = "") -> list[Grid]:
    """Every sheet of an .xlsx or .xls file, or the one table of a .csv or .txt. TableError with a sentence."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise TableError(_("The file is empty. Choose the file that holds the ledger."))
    if len(content) > MAX_BYTES:
        raise TableError(
            _("The file has %(size)s MB; at most %(limit)s MB can be read. Take the pictures out of it or split it.")
            % {"size": len(content) // 2**20, "limit": MAX_BYTES // 2**20}
        )
    try:
        return _grids(fenced("core.tables.reader", content, LIMITS), filename)
    except Busy as error:
        raise TableError(
            _("The file can't be read just now: others are being read, or the server has no room for it. "
              "Choose it again in a minute.")
        ) from error  # fmt: skip
    except Fell as error:
        raise TableError(
            _("The file can't be read: it is damaged, or opening it takes more than a table needs. Copy the table "
              "into a new workbook in Excel, save it as .xlsx and choose that.")
        ) from error  # fmt: skip


# --- what the reader tells ------------------------------------------------------------------------------------


def _grids(answer: bytes, filename: str) -> list[Grid]:
    """The reader's answer, held against what it may be: whatever else comes out of a stranger's file is a Fell."""
    try:
        if b"\\u" in answer and NEVER_TOLD.search(answer):
            raise ValueError("no text")
        told = json.loads(answer)
        if "refused" in told:
            raise TableError(SENTENCES[told["refused"]]() % _Named(told, filename))
        stem = filename.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return [_grid(one, stem) for one in told["grids"]]
    except TableError:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        log.warning("What the reader of tables told is no answer: %r", error)
        raise Fell("no answer") from error


def _grid(told: dict[str, Any], stem: str) -> Grid:
    return Grid(
        _a(str, told["name"]) or stem,
        [[cell if type(cell) in PLAIN else _made(cell) for cell in _a(list, row)] for row in _a(list, told["rows"])],
        tuple((_a(int, a), _a(int, b), _a(int, c), _a(int, d)) for a, b, c, d in told["merged"]),
        frozenset((_a(int, row), _a(int, column)) for row, column in told["formulas"]),
        {(_a(int, row), _a(int, column)): _a(str, text) for row, column, text in told["errors"]},
        _a(bool, told["hidden"]),
        frozenset(_a(int, row) for row in _a(list, told["hidden_rows"])),
        frozenset(_a(int, column) for column in _a(list, told["hidden_columns"])),
        _a(bool, told["from_1904"]),
    )


NEVER_TOLD = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?:[dD]|0000)")  # escapes of half characters and NUL
PLAIN = {str, int, float, bool}
MADE: Mapping[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
}


def _made(cell: Any) -> Any:
    """What JSON has no word for: {"date": "2020-05-31"}."""
    ((kind, text),) = _a(dict, cell).items()
    return MADE[kind](text)


def _a(kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise TypeError(value)
    return value


class _Named:
    """What a sentence names: numbers as people write them, a cell by its name, the file where no sheet has one."""

    def __init__(self, told: Mapping[str, Any], filename: str) -> None:
        self.told, self.filename = told, filename

    def __getitem__(self, key: str) -> str:
        if key == "cell":
            return cell_name(_a(int, self.told["row"]) - 1, _a(int, self.told["column"]))
        if key == "kind":
            return OTHER_KINDS[self.told["kind"]]()
        if key == "why":
            return _a(str, self.told["why"])
        if key == "name":
            return _a(str, self.told.get("name", "")) or self.filename
        return f"{_a(int, self.told[key]):,}"


OTHER_KINDS: Mapping[str, Callable[[], str]] = {
    "pdf": lambda: _("a PDF"),
    "picture": lambda: _("a picture"),
    "archive": lambda: _("an archive"),
    "word": lambda: _("a Word document"),
}
SENTENCES: Mapping[str, Callable[[], str]] = {
    "other_kind": lambda: _(
        "“%(name)s” is %(kind)s, whatever its name says. Save the table as .xlsx or .csv and choose that."
    ),
    "locked": lambda: _(
        "The file is protected with a password. Take the password off in Excel, save it and choose it again."
    ),
    "broken": lambda: _(
        "The file is damaged or not an Excel file. Open it in Excel, save it as .xlsx and choose it again."
    ),
    "word": lambda: _("This is a Word document. Copy the table into Excel, save it as .xlsx and choose that."),
    "other_table": lambda: _("This kind of table can't be read. Save it as .xlsx and choose that."),
    "archive": lambda: _("This is an archive, not a table. Unpack it and choose the .xlsx inside."),
    "bomb": lambda: _("The file unpacks to more than it should and was not read. Save it anew in Excel."),
    "web_page": lambda: _(
        "The file is a web page named like a table. Open it in Excel, save it as .xlsx, choose that."
    ),
    "neither": lambda: _("The file is neither Excel nor text. Save the table as .xlsx or .csv and choose that."),
    "no_table": lambda: _("The file is not a table: %(why)s."),
    "too_large": lambda: _(
        "“%(name)s” has %(rows)s rows or more; %(limit)s can be read at once. "
        "Delete what isn't the ledger, or split it by year or by unit."
    ),
    "too_wide": lambda: _(
        "“%(name)s” reaches to row %(rows)s and column %(columns)s, more than can be read at once. "
        "Delete what stands beside and below the ledger, or copy the ledger into a new workbook."
    ),
    "too_long": lambda: _(
        "Cell %(cell)s holds %(length)s characters; a cell of Excel has at most %(limit)s. "
        "Shorten it, or choose the file that holds the ledger."
    ),
    "too_much_text": lambda: _(
        "The cells hold more than %(limit)s characters together. Split the file by year or by unit."
    ),
    "too_merged": lambda: _(
        "More than %(limit)s cells are merged. Copy the table into a new workbook without them and choose that."
    ),
    "too_many_sheets": lambda: _(
        "The file has %(sheets)s sheets; at most %(limit)s can be read. Keep those of the ledger and choose it again."
    ),
}
