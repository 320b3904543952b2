"""Tables out: what a column is, and the door to the workbook. Text never becomes a formula, however it begins."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from core.amounts.grammar import WAN

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    TEXT = "text"
    WAN = "wan"  # whole yuan in, 万元 out
    NUMBER = "number"
    PERCENT = "percent"  # in percent: 78.9
    POINTS = "points"  # percentage points: -16.3
    DATE = "date"
    YEAR = "year"


@dataclass(frozen=True)
class TableColumn:
    """A column of a table on its way out; `unit` stands in brackets in the header."""

    label: str
    format: Format = Format.TEXT
    unit: str = ""
    total: bool = False

    @property
    def heading(self) -> str:
        return f"{self.label}（{self.unit}）" if self.unit else self.label


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook. `rows` may be a generator: they are written as they come. `total` adds a row with the
    sums of columns marked so."""

    columns: Sequence[TableColumn]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    subtitle: str = ""
    notes: Sequence[str] = ()
    total: bool = False
    sheet: str = ""
    hidden: bool = False  # a sheet for machines, which nobody sees


def write_table(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], *, to: IO[bytes] | None = None, **more: Any
) -> IO[bytes]:
    """The table as .xlsx, in *to* or in a temporary file, wound back to its beginning. *more* as in `Table`."""
    return write_tables([Table(columns, rows, **more)], to=to)


def write_tables(tables: Sequence[Table], *, to: IO[bytes] | None = None, opened: int = 0) -> IO[bytes]:
    """A workbook with a sheet for each of *tables*; the one at *opened* is seen first."""
    from core.tables import workbook  # with openpyxl, 100 ms and 10 MB: only where a table is written

    return workbook.write(tables, to=to, opened=opened)


def display_width(text: str) -> int:
    """Columns that *text* takes: two for a Chinese character; of several lines the longest."""
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n")),
        default=0,
    )


def wan(yuan: int) -> int | float:
    """Whole yuan in 万元: exact to the yuan up to 15 digits, as Excel holds numbers."""
    return yuan // WAN if yuan % WAN == 0 else yuan / WAN
