"""What reading a ledger gives: columns, rows with understood values, and everything worth a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.tables.places import cell_name
from core.tables.reading import TableError

ERROR, WARNING, INFO = "error", "warning", "info"


class LedgerError(TableError):
    """The file holds no ledger that can be read; the message says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """Something about a cell (with column "", a row; with row None, the file). `row` counts the sheet's rows from 1,
    `number` is the ledger's own (序号). error: not stored; warning: stored, to be looked at; info: tidied and said."""

    row: int | None
    column: str
    value: str
    message: str
    severity: str
    number: str = ""
    field: str = ""
    cell: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "message": self.message,
                "severity": self.severity, "number": self.number, "field": self.field, "cell": self.cell}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`index` from 0; `header` as it stands, levels joined with "/"; `field` a code of `fields.FIELDS` or None.
    `unit` of its amounts; `months` (first, last) that the header names; `year` likewise; `hidden`: nobody sees it."""

    index: int
    header: str
    field: str | None
    unit: str = ""
    months: tuple[int, int] | None = None
    year: int | None = None
    hidden: bool = False

    @property
    def letter(self) -> str:
        return cell_name(0, self.index)[:-1]

    def meaning(self, code: str | None) -> Column:
        return replace(self, field=code)


@dataclass(frozen=True)
class Row:
    """A project or report as understood. `number` is the sheet's row from 1. `values` holds only what could be read:
    amounts in whole yuan, times as `When`, codes for stage, nature, level. `rejected`: it can't be stored as it is."""

    number: int
    values: dict[str, Any]
    raw: dict[str, str]
    group: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    rejected: bool = False


@dataclass(frozen=True)
class Ledger:
    """`kind` is "projects" or "reports". `header_rows` from 1. `year`, `month` are those meant by its figures;
    `notes` say what was skipped and why; `problems` are of the whole file, each row has its own."""

    kind: str
    sheet: str
    header_rows: tuple[int, ...]
    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    year: int | None = None
    month: int | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = field(default=())

    def all_problems(self) -> list[Problem]:
        own = list(self.problems)
        for row in self.rows:
            own.extend(row.problems)
        return sorted(own, key=lambda problem: problem.row or 0)

    def column(self, code: str) -> Column | None:
        return next((column for column in self.columns if column.field == code), None)
