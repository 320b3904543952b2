"""What a ledger's columns mean after a look at their cells: whose year, which of two, in which unit; what is dropped.

Every decision that isn't plain from the header is said. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import format_amount, parse_amount, plain, tight
from core.amounts.grammar import says_nothing
from core.tables.reading import Grid
from projects.ledger.reading.fields import FIELDS, REVISIONS, Kind, field_of
from projects.ledger.reading.headers import IN_HEADER, Header, bare
from projects.ledger.reading.sheet import INFO, WARNING, Column, Problem, Row


def settle(
    header: Header, grid: Grid, *, unit: str, year: int | None, month: int | None, fixed: frozenset[str]
) -> Header:
    """The columns after a look at their cells: meanings corrected, those of other years left out, doubles decided,
    units given. Every decision that isn't plain from the header is said. *fixed* are headers whose meaning was given
    by hand."""
    problems: list[Problem] = []
    row = header.bottom + 1
    columns = [
        column if column.header in fixed else _of_this_year(_revised(column, grid, row, problems), year, row, problems)
        for column in header.columns
    ]
    last = _last_with_figures(columns, grid, row, year, month)
    columns = _decided(columns, grid, row, problems, last, fixed)
    columns = _with_units(columns, row, problems, unit)
    problems += _dropped(columns, grid, row, {problem.column for problem in problems}, fixed)
    return Header(header.top, header.bottom, tuple(columns), tuple(problems))


OF_A_YEAR = frozenset(
    ("year_plan", "done", "done_month", "percent", "annual_task", "progress", *(f"q{n}_plan" for n in range(1, 5)))
)


def _of_this_year(column: Column, year: int | None, row: int, problems: list[Problem]) -> Column:
    """A column of another year than the ledger's says nothing of this one."""
    if column.field not in OF_A_YEAR or column.year in (None, year) or year is None:
        return column
    if column.field == "done" and "以来" in column.header:  # 2014年以来, in a ledger of a later year
        return column.meaning("done_in_all")
    message = _("“%(header)s” is of %(year)s, the ledger of %(this)s: left out. Import it with that year to store it.")
    said = {"header": column.header, "year": column.year, "this": year}
    problems.append(Problem(row, column.header, "", message % said, WARNING, field=column.field))
    return column.meaning(None)


def last_with_figures(header: Header, grid: Grid, year: int | None) -> tuple[int, int] | None:
    """The months of the last column of what was done to date, of those side by side (1-2月 … 1-12月), that has any."""
    return _last_with_figures(header.columns, grid, header.bottom + 1, year, None)


def _last_with_figures(
    columns: Sequence[Column], grid: Grid, first: int, year: int | None, month: int | None
) -> tuple[int, int] | None:
    done = [c for c in columns if c.field == "done" and c.months and (c.year is None or year in (None, c.year))]
    if asked := next((c.months for c in done if c.months and c.months[1] == month), None):
        return asked
    filled = [c for c in done if any(figure(row, c.index) for row in grid.rows[first:])]
    return max((c.months for c in filled or done if c.months), key=lambda months: months[1], default=None)


def figure(row: Sequence[Any], index: int) -> bool:
    """Whether a row says something in a column: neither empty, nor zero, nor a placeholder."""
    return index < len(row) and row[index] not in ("", None, 0, "0") and not says_nothing(plain(row[index]))


def _decided(columns: Sequence[Column], grid: Grid, row: int, problems: list[Problem],
             last: tuple[int, int] | None, fixed: frozenset[str]) -> list[Column]:  # fmt: skip
    """Where two columns claim one meaning, the better claim has it; the other is left out, and it is said."""
    decided = {column.index: column for column in columns}
    taken: dict[tuple[str, tuple[int, int] | None], Column] = {}
    for column in sorted(columns, key=lambda c: _claim(c, last, fixed)):
        field = FIELDS.get(column.field or "")
        if field is None or (not field.once and field.kind is not Kind.AMOUNT):
            continue
        place = (field.code, column.months if not field.once else None)
        in_all = ("done_in_all", None)
        if place not in taken:
            taken[place] = column
        elif place[0] == "done" and not column.months and in_all not in taken and not _to_date(column.header):
            decided[column.index] = taken[in_all] = column.meaning("done_in_all")
            message = _("Beside “%(other)s”, “%(header)s” is read as done since the start.")
            named = {"other": taken[place].header, "header": column.header}
            problems.append(Problem(row, column.header, "", message % named, INFO, field="done_in_all"))
        else:
            message = _("“%(other)s” and “%(header)s” both say %(field)s: the first is taken, this one is left out.")
            alike = _alike(grid, row, taken[place].index, column.index)
            if alike:
                message = _("“%(other)s” and “%(header)s” both say %(field)s, with the same cells: one is taken.")
            said = {"other": taken[place].header, "header": column.header, "field": field.label}
            severity = INFO if alike else WARNING
            problems.append(Problem(row, column.header, "", message % said, severity, field=field.code))
            decided[column.index] = column.meaning(None)
    for column in taken.values():
        if column.hidden:
            message = _("“%(header)s” is hidden in the sheet: it is read all the same. Check that it is meant.")
            named = {"header": column.header}
            problems.append(Problem(row, column.header, "", message % named, WARNING, field=column.field or ""))
    return [decided[column.index] for column in columns]


def _alike(grid: Grid, first: int, one: int, other: int) -> bool:
    rows = [row for row in grid.rows[first:] if max(one, other) < len(row)]
    return bool(rows) and all(plain(row[one]) == plain(row[other]) for row in rows)


def _to_date(header: str) -> bool:
    """Whether a header says that it counts from the year's beginning."""
    return re.search(r"年初|[本今当全]年|年度|\d年", header) is not None


def _claim(column: Column, last: tuple[int, int] | None, fixed: frozenset[str]) -> tuple[Any, ...]:
    """Who goes first where two columns claim one meaning: by hand, seen, of the month that is meant, of the year to
    date, the county's own, the fuller name."""
    header = column.header
    return (
        header not in fixed,
        column.hidden,
        last is None or column.months != last,
        column.field == "done" and column.months is not None,
        column.field == "done" and not _to_date(header),
        column.field == "leaders" and re.search(r"[省市]级?领导", header) is not None,
        column.field == "sector" and "行业" not in header,
        column.field == "name" and "项目" not in header,
        "名称" not in header and "累" not in header,
        column.index,
    )


def _with_units(columns: list[Column], row: int, problems: list[Problem], unit: str) -> list[Column]:
    unsaid = []
    others = {column.unit for column in columns if column.unit}
    said_by_others = others.pop() if len(others) == 1 else ""
    for position, column in enumerate(columns):
        if column.field and column.field in FIELDS and FIELDS[column.field].kind is Kind.AMOUNT and not column.unit:
            if not unit:
                unsaid.append(column.header)
            columns[position] = replace(column, unit=unit or said_by_others or "万元")
    if unsaid and said_by_others:
        message = _("No unit is written: read in %(unit)s like the other amounts.") % {"unit": said_by_others}
        problems.append(Problem(row, "、".join(unsaid), "", message, INFO))
    elif unsaid:
        message = _("No unit is written anywhere: the amounts are read in 10k yuan (万元).")
        problems.append(Problem(row, "、".join(unsaid), "", message, WARNING))
    return columns


MONEY = re.compile(r"投资|资金|金额|[亿万]元|\(元|概算|预算|造价|贷款|债券|拨付|支付|到位")
MONEY_CELL = re.compile(r"\d(?:\.\d+)?[亿万]元?|投资|资金")


def _dropped(
    columns: Sequence[Column], grid: Grid, first: int, said: set[str], fixed: frozenset[str]
) -> Iterator[Problem]:
    """Columns that speak of money and are not understood: what they hold is in no figure."""
    beside = {
        column.header.rpartition("/")[0]
        for column in columns
        if column.field in FIELDS and FIELDS[column.field].kind is Kind.AMOUNT
    } - {""}  # words over columns of which one is an amount
    for column in columns:
        if column.field or column.header in said:
            continue
        cells = [row[column.index] for row in grid.rows[first:] if column.index < len(row)]
        words = (cell for cell in cells if isinstance(cell, str))
        figures = any(isinstance(cell, float) for cell in cells) and column.header.rpartition("/")[0] in beside
        meant = field_of(tuple(map(bare, column.header.split("/")))) or ""  # where it was said by hand not to take it
        money = figures or MONEY.search(column.header) or any(MONEY_CELL.search(tight(word)) for word in words)
        if not money and not (meant and FIELDS[meant].kind is Kind.AMOUNT):
            continue
        message = _("“%(header)s” speaks of money and isn't understood: it is left out. Say below what it is.")
        severity = WARNING
        if column.header in fixed:
            message, severity = _("“%(header)s” is not taken, as you decided."), INFO
        yield Problem(first, column.header, "", message % {"header": column.header}, severity, field=meant)


def _revised(column: Column, grid: Grid, first: int, problems: list[Problem]) -> Column:
    for said, looks, meant in REVISIONS:
        if column.field != said:
            continue
        cells = [plain(row[column.index]) for row in grid.rows[first : first + 300] if column.index < len(row)]
        cells = [cell for cell in cells if cell]
        if cells and sum(bool(looks.fullmatch(cell)) for cell in cells) * 10 >= len(cells) * 8:
            message = _("The cells of “%(header)s” say %(meant)s, not %(said)s: read so.")
            if meant is None:
                return column.meaning(None)
            labels = {"header": column.header, "meant": FIELDS[meant].label, "said": FIELDS[said].label}
            problems.append(Problem(first, column.header, cells[0], message % labels, INFO, field=meant))
            return column.meaning(meant)
    return column


def with_sums(
    problems: Sequence[Problem], columns: Sequence[Column], rows: Sequence[Row], unit: str, fixed: Collection[str]
) -> Iterator[Problem]:
    """*problems*, those of a column of money that is left out with what it holds in all, so that nothing is lost
    unsaid."""
    left_out = {column.header: column for column in columns if not column.field}
    for problem in problems:
        column = left_out.get(problem.column)
        told = column is not None and (problem.severity == WARNING or column.header in fixed)
        if column is None or not told or not (_money(column, problem) or "/" in column.header):
            yield problem
            continue
        found = IN_HEADER.search(column.header)
        own = found[1] if found else unit or "万元"
        cells = (row.raw.get(column.header, "") for row in rows if not row.rejected)
        yuan = sum(parse_amount(cell, own).value or 0 for cell in cells if cell)
        said = format_amount(yuan)
        message = _("%(message)s In all it holds %(sum)s (10k yuan).") % {"message": problem.message, "sum": said}
        yield replace(problem, value=said, message=message)


def _money(column: Column, problem: Problem) -> bool:
    field = FIELDS.get(problem.field)
    return MONEY.search(column.header) is not None or (field is not None and field.kind is Kind.AMOUNT)
