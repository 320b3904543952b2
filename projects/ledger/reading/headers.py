"""Finding the header of a messy sheet and saying what each column is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core.amounts.cells import YUAN, plain, tight
from core.tables.places import cell_name, column_index
from core.tables.reading import Grid
from projects.ledger.reading.fields import FIELDS, REVISIONS, Kind, field_of, months_said, year_said
from projects.ledger.reading.groups import is_note
from projects.ledger.reading.sheet import INFO, WARNING, Column, Problem

LOOK = 40  # rows from the top in which a header may stand
WIDEST = 500  # columns in which a header may stand: real ledgers have up to a hundred
LONGEST = 80  # characters of a header
ENOUGH = 4  # meanings found make a row a header beyond doubt
DEPTH = 3  # levels of a merged header
UNIT_LINE = re.compile(r"(?:金额|计量|投资)?单位[::]?\(?(?:个|项|%|[、,/])*(亿元|千万元|百万元|千元|万元|元)")
IN_HEADER = re.compile(r"(亿元|千万元|百万元|千元|万元|(?<![千万亿])元)")
HEADERISH = re.compile(
    r"投资|内容|进度|进展|时间|单位|金额|小计|合计|数|率|情况|任务|姓名|名称|止|起|地点|电话|资金|领导|月|部门|职务|[(]"
)


@dataclass(frozen=True)
class Header:
    """Where the header stands (`top` to `bottom`, rows from 0) and what its columns are."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def score(self) -> int:
        return len({column.field for column in self.columns if column.field})


def find_header(grid: Grid, mapping: Mapping[str, str | None]) -> Header | None:
    """The row, or rows, that name the columns: the best within the first rows that has a project's name and one
    thing more. *mapping* says by header or by letter what a column is ("" leaves it out)."""
    by_letter = {key: value for key, value in mapping.items() if re.fullmatch(r"[A-Z]{1,3}", key)}
    by_header = {key: value for key, value in mapping.items() if key not in by_letter}
    best: Header | None = None
    for top in range(min(LOOK, len(grid.rows))):
        words = [cell for cell in grid.rows[top] if isinstance(cell, str) and 0 < len(cell.strip()) <= LONGEST]
        if len(words) < 2:
            continue
        header = _header_at(grid, top, by_header)
        fields = {column.field for column in header.columns}
        if "name" in fields and header.score >= 2 and (best is None or header.score > best.score):
            best = header
            if best.score >= ENOUGH:
                break
    if best is None and "name" in by_letter.values():
        columns = tuple(Column(column_index(key), key, field or None) for key, field in sorted(by_letter.items()))
        return Header(-1, -1, columns)
    return best if best is None or not by_letter else _header_at(grid, best.top, mapping)


def _header_at(grid: Grid, top: int, mapping: Mapping[str, str | None]) -> Header:
    bottom = _bottom(grid, top)
    width = min(max(len(row) for row in grid.rows[top : bottom + 1]), WIDEST)
    columns = []
    merged = _merged(grid, top, bottom)
    for index in range(width):
        levels = _levels(grid, top, bottom, index, merged)
        if levels:
            columns.append(_column(index, levels, mapping))
    return Header(top, bottom, tuple(columns))


def _bottom(grid: Grid, top: int) -> int:
    """The last row of the header that begins in *top*: by merged cells, or by what stands beneath without them."""
    deepest = max((m[2] for m in grid.merged if m[0] == top and m[2] < top + DEPTH), default=top)
    for m in grid.merged:  # a second level that is merged downwards itself
        if top < m[0] <= deepest:
            deepest = max(deepest, min(m[2], top + DEPTH - 1))
    across = any(m[0] == top and m[2] == top and m[3] > m[1] for m in grid.merged)
    if deepest > top and not across:
        return deepest
    while deepest < top + DEPTH - 1 and deepest + 1 < len(grid.rows) and _continues(grid, top, deepest + 1):
        deepest += 1
    return deepest


def _continues(grid: Grid, top: int, row: int) -> bool:
    """Whether *row* names parts of the columns above it: short words, nothing in the first column, no number."""
    cells = [(index, cell) for index, cell in enumerate(grid.rows[row]) if cell not in ("", None)]
    if not cells or cells[0][0] == 0 or not all(isinstance(cell, str) and len(cell) <= 30 for _i, cell in cells):
        return False
    above = grid.rows[top]
    name = next(
        (i for i, cell in enumerate(above) if isinstance(cell, str) and field_of((bare(cell),)) == "name"), None
    )
    if name is not None and name < len(grid.rows[row]) and grid.rows[row][name] not in ("", None):
        return False
    return sum(bool(HEADERISH.search(cell)) for _i, cell in cells) * 2 >= len(cells)


def _merged(grid: Grid, top: int, bottom: int) -> dict[tuple[int, int], tuple[int, int]]:
    """{cell: the first one that it is merged with}, of those that begin in the header."""
    return {
        (row, column): (first_row, first)
        for first_row, first, last_row, last in reversed(grid.merged)
        if top <= first_row <= bottom
        for row in range(first_row, min(last_row, bottom) + 1)
        for column in range(first, last + 1)
    }


def _levels(
    grid: Grid, top: int, bottom: int, index: int, merged: Mapping[tuple[int, int], tuple[int, int]]
) -> list[str]:
    """The words over column *index*, from the top, each once."""
    levels: list[str] = []
    for row in range(top, bottom + 1):
        text = _covering(grid, row, index, bottom, merged)
        if text and (not levels or tight(levels[-1]) != tight(text)):
            levels.append(text)
    return levels


def _covering(grid: Grid, row: int, index: int, bottom: int, merged: Mapping[tuple[int, int], tuple[int, int]]) -> str:
    cells = grid.rows[row]
    text = plain(cells[index]) if index < len(cells) else ""
    if text:
        return text
    if (row, index) in merged:
        first_row, first = merged[row, index]
        return plain(grid.rows[first_row][first])
    if not grid.merged and row < bottom and index < len(grid.rows[bottom]) and plain(grid.rows[bottom][index]):
        left = next((plain(cells[i]) for i in range(min(index, len(cells)) - 1, -1, -1) if plain(cells[i])), "")
        return left  # text tables lose the merge: the word on the left reaches over columns that have a second level
    return ""


def bare(header: str) -> str:
    """A header to compare: half-width, no blanks, no brackets and what is in them."""
    text = tight(header).replace("：", ":")
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return re.sub(r"\(.*$", "", text).strip(":*#") or tight(header)


def _column(index: int, levels: Sequence[str], mapping: Mapping[str, str | None]) -> Column:
    header = "/".join(tight(level) for level in levels)
    field = field_of(tuple(bare(level) for level in levels))
    if field in ("actual_start", "actual_finish") and "计划" in header:
        field = field.replace("actual_", "")  # 实际(计划)开工 is either
    letter = cell_name(0, index)[:-1]
    for key in (header, letter):
        if key in mapping:
            field = mapping[key] or None
    found = IN_HEADER.search(header)
    kind = FIELDS[field].kind if field in FIELDS else None
    unit = found[1] if found and kind is Kind.AMOUNT else ""
    return Column(index, header, field, unit, months_said(header), year_said(header))


def settle(header: Header, grid: Grid, *, unit: str, month: int | None, fixed: frozenset[str]) -> Header:
    """The columns after a look at their cells: meanings corrected, doubles decided, units given. Every decision that
    isn't plain from the header is said. *fixed* are headers whose meaning was given by hand."""
    problems: list[Problem] = []
    row = header.bottom + 1
    columns = [
        column if column.header in fixed else _revised(column, grid, header.bottom + 1, problems)
        for column in header.columns
    ]
    taken: dict[str, Column] = {}
    for column in sorted(columns, key=lambda c: _claim(c, month, fixed)):
        if not column.field or column.field not in FIELDS or not FIELDS[column.field].once:
            continue
        if column.field in taken:
            message = _("“%(other)s” and “%(header)s” both say %(field)s: the first is taken, this one is left out.")
            said = {"other": taken[column.field].header, "header": column.header, "field": FIELDS[column.field].label}
            problems.append(Problem(row, column.header, "", message % said, WARNING, field=column.field))
            columns[columns.index(column)] = column.meaning(None)
        else:
            taken[column.field] = column
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
    return Header(header.top, header.bottom, tuple(columns), tuple(problems))


def _claim(column: Column, month: int | None, fixed: frozenset[str]) -> tuple[bool, bool, bool, int]:
    """Who goes first where two columns claim one meaning: by hand, of the month asked for, the fuller name."""
    right_month = month is not None and column.months is not None and column.months[1] == month
    return (
        column.header not in fixed,
        not right_month,
        "名称" not in column.header and "累" not in column.header,
        column.index,
    )


def _revised(column: Column, grid: Grid, first: int, problems: list[Problem]) -> Column:
    for said, looks, meant in REVISIONS:
        if column.field != said:
            continue
        cells = [plain(row[column.index]) for row in grid.rows[first : first + 300] if column.index < len(row)]
        cells = [cell for cell in cells if cell]
        if cells and sum(bool(looks.fullmatch(cell)) for cell in cells) * 10 >= len(cells) * 8:
            message = _("The cells of “%(header)s” say %(meant)s, not %(said)s: read so.")
            labels = {"header": column.header, "meant": FIELDS[meant].label, "said": FIELDS[said].label}
            problems.append(Problem(first, column.header, cells[0], message % labels, INFO, field=meant))
            return column.meaning(meant)
    return column


def unit_above(grid: Grid, header: Header) -> str:
    """The unit that a line above the header gives: 单位：万元, 单位:个、亿元. "" if there is none."""
    for row in reversed(grid.rows[: max(header.top, 0)]):
        for cell in row:
            if isinstance(cell, str) and (found := UNIT_LINE.search(tight(cell))) and found[1] in YUAN:
                return found[1]
    return ""


def title_above(grid: Grid, header: Header) -> str:
    """The longest line above the header: what the table calls itself."""
    cells = (plain(cell) for row in grid.rows[: max(header.top, 0)] for cell in row if isinstance(cell, str))
    return max(
        (cell for cell in cells if not UNIT_LINE.search(tight(cell)) and not is_note([(0, tight(cell))])),
        key=len,
        default="",
    )
