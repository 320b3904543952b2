"""Finding the header of a messy sheet and saying what each column is. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from core.amounts.cells import YUAN, plain, tight
from core.amounts.grammar import says_nothing
from core.tables.places import cell_name, column_index
from core.tables.reading import Grid
from projects.ledger.reading.fields import FIELDS, REVISIONS, Kind, field_of, months_said, year_said
from projects.ledger.reading.groups import is_note
from projects.ledger.reading.sheet import INFO, WARNING, Column, Problem

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
    if first == 0 and plain(grid.rows[top][0]) and not any(m[0] == top and m[1] == 0 < m[3] for m in grid.merged):
        return False
    if any(
        isinstance(cell, str) and index == place and field_of((bare(cell),)) == "name"
        for place, _cell in cells
        for above in grid.rows[top:row]
        for index, cell in enumerate(above[: place + 1])
    ):
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
    return Column(index, header, field, unit, months_said(header), year_said(header), hidden)


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
    columns = _decided(columns, row, problems, last, fixed)
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


def _decided(columns: Sequence[Column], row: int, problems: list[Problem],
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
            said = {"other": taken[place].header, "header": column.header, "field": field.label}
            problems.append(Problem(row, column.header, "", message % said, WARNING, field=field.code))
            decided[column.index] = column.meaning(None)
    for column in taken.values():
        if column.hidden:
            message = _("“%(header)s” is hidden in the sheet: it is read all the same. Check that it is meant.")
            named = {"header": column.header}
            problems.append(Problem(row, column.header, "", message % named, WARNING, field=column.field or ""))
    return [decided[column.index] for column in columns]


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
    for column in columns:
        if column.field or column.header in fixed or column.header in said:
            continue
        cells = [row[column.index] for row in grid.rows[first:] if column.index < len(row)]
        words = (cell for cell in cells if isinstance(cell, str))
        if MONEY.search(column.header) or any(MONEY_CELL.search(tight(word)) for word in words):
            message = _("“%(header)s” speaks of money and isn't understood: it is left out. Say below what it is.")
            yield Problem(first, column.header, "", message % {"header": column.header}, WARNING)


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
