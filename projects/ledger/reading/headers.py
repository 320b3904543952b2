"""Finding the header of a messy sheet and saying what each column is. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.amounts.cells import YUAN, plain, tight
from core.tables.places import cell_name, column_index
from core.tables.reading import Grid
from projects.ledger.reading.fields import FIELDS, Kind, field_of, months_said, year_said
from projects.ledger.reading.groups import is_note
from projects.ledger.reading.sheet import Column, Problem

LOOK = 40  # rows from the top in which a header may stand
WIDEST = 500  # columns in which a header may stand: real ledgers have up to a hundred
LONGEST = 80  # characters of a header
ENOUGH = 4  # meanings found make a row a header beyond doubt
DEPTH = 5  # levels of a merged header
UNIT_LINE = re.compile(r"(?:金额|计量|投资)?单位[::]?\(?(?:个|项|%|[、,/])*(亿元|千万元|百万元|千元|万元|元)")
ABOVE = re.compile(  # 填报单位：… 单位：万元 stand above a header
    r"(?:填报|编制|报送|制表|填表|上报|审核|制作|统计)?(?:单位|部门|日期|时间|人)(?:\(.{0,6}\))?:|附[件表]"
)
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
        if len(words) < 2 or any(ABOVE.match(tight(word)) for word in words):
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
    columns: list[Column] = []
    merged = _merged(grid, top, bottom)
    for index in range(width):
        levels = _levels(grid, top, bottom, index, merged)
        if levels:
            columns.append(_column(index, levels, mapping, hidden=index in grid.hidden_columns))
    return Header(top, bottom, tuple(_told_apart(columns, mapping)))


def _told_apart(columns: Sequence[Column], mapping: Mapping[str, str | None]) -> Iterator[Column]:
    """Headers that stand twice get the letter of their column: each can be given a meaning of its own."""
    times = Counter(column.header for column in columns)
    for column in columns:
        if times[column.header] == 1:
            yield column
            continue
        header = f"{column.header}〔{column.letter}〕"
        field = mapping[header] or None if header in mapping else column.field
        yield replace(column, header=header, field=field)


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
    """Whether *row* names parts of the columns above it: short words, none beneath a name, no number. In the first
    column something may stand only if what is above it reaches over several (or is nothing)."""
    cells = [(index, cell) for index, cell in enumerate(grid.rows[row]) if cell not in ("", None)]
    if not cells or not all(isinstance(cell, str) and len(cell) <= 30 for _i, cell in cells):
        return False
    first, _cell = cells[0]
    if first == 0 and plain(grid.rows[top][0]) and not _reaches_over(grid, top, row):
        return False
    above = (pair for cells_above in grid.rows[top:row] for pair in enumerate(cells_above))
    names = {index for index, cell in above if isinstance(cell, str) and field_of((bare(cell),)) == "name"}
    if any(index in names for index, _cell in cells):
        return False
    return sum(bool(HEADERISH.search(cell)) for _i, cell in cells) * 2 >= len(cells)


def _reaches_over(grid: Grid, top: int, row: int) -> bool:
    """Whether the first word of *top* stands over several columns of *row*, merged or with nothing beside it."""
    if any(m[0] == top and m[1] == 0 < m[3] for m in grid.merged):
        return True
    beside = [plain(cells[1]) if len(cells) > 1 else "" for cells in (grid.rows[top], grid.rows[row])]
    return not beside[0] and bool(beside[1])


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
    if not any(m[0] == row and m[3] > m[1] for m in grid.merged) and _beneath(grid, row, bottom, index):
        left = next((i for i in range(min(index, len(cells)) - 1, -1, -1) if plain(cells[i])), None)
        if left is not None and _beneath(grid, row, bottom, left):
            return plain(cells[left])  # without merged cells a word reaches over the columns that have a lower level
    return ""


def _beneath(grid: Grid, row: int, bottom: int, index: int) -> bool:
    lower = grid.rows[row + 1 : bottom + 1]
    return any(index < len(cells) and plain(cells[index]) for cells in lower)


def bare(header: str) -> str:
    """A header to compare: half-width, no blanks, no brackets and what is in them."""
    text = tight(header).replace("：", ":")
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return re.sub(r"\(.*$", "", text).strip(":*#") or tight(header)


def _column(index: int, levels: Sequence[str], mapping: Mapping[str, str | None], *, hidden: bool) -> Column:
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
    return Column(index, header, field, unit, months_said(header), year_said(header.replace("以来", "")), hidden)


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
