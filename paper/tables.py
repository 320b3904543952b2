"""A table as a paper can hold it: no empty columns, widths by what stands in them. For PDF, Word and Excel alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from operator import mul

from paper.document import Cell, Column, Table
from paper.setting.titles import PART, broken

#: What a cell says that says nothing.
NOTHING = frozenset({"", "—", "－", "-", "–", "——"})

#: The width of the type area in characters of the size that tables are set in, upright and across.
UPRIGHT, ACROSS = 42.1, 60.7
PAD = 0.65  # left and right of a cell's text, with its rule
SHORT = 8.0  # a column whose texts are no longer than this isn't broken at all
LEAST = 4.0  # the narrowest that a column of longer texts becomes
RAGGED = 0.7  # what a line of a longer text leaves free at its end
SAMPLE = 30  # rows that widths are reckoned from

#: What a cell isn't broken within: a clause of a few characters, a figure with its unit, a Latin word.
CLAUSE = re.compile(r"[^，。；、：\n]*[，。；、：]?")


def fitted(table: Table, room: float = UPRIGHT) -> Table:
    """*table* without columns in which nothing stands, the shares of the others by their contents.

    *room* is the whole width in characters. Heads are broken at their sense (as line breaks in the label), figures and
    short texts not at all; what is left goes where it saves most lines. Text is never cut.
    """
    table = without_empty(table)
    if not table.columns:
        return table
    cells = [
        [(row[at].text, number in table.strong) for number, row in enumerate(table.rows)]
        for at in range(len(table.columns))
    ]
    widths = _widths(table.columns, cells, room - PAD * len(table.columns))
    columns = tuple(
        replace(column, label=_label(column.label, width), share=round(width + PAD, 2))
        for column, width in zip(table.columns, widths, strict=True)
    )
    return replace(table, columns=columns)


def without_empty(table: Table) -> Table:
    """*table* without the columns that say nothing in any row; the first one stays, and so does a table of no rows."""
    keep = [
        at
        for at in range(len(table.columns))
        if at == 0 or not table.rows or any(_says(row[at]) for row in table.rows)
    ]
    if len(keep) == len(table.columns):
        return table
    columns = tuple(table.columns[at] for at in keep)
    return replace(table, columns=columns, rows=tuple(tuple(row[at] for at in keep) for row in table.rows))


def _says(cell: Cell) -> bool:
    return cell.value is not None or cell.text.strip() not in NOTHING


@lru_cache(maxsize=4096)
def wide(text: str, strong: bool = False) -> float:
    """The width of the longest line of *text* in characters, in the types of an office; a little generous.

    *strong* texts are set in 黑体, whose figures are wider.
    """
    latin = 0.62 if strong else 0.52
    return max((sum(_advance(char, latin) for char in line) for line in text.split("\n")), default=0.0)


def _advance(char: str, latin: float) -> float:
    if char > "\u2000":
        return 0.6 if char == "−" else 1.0
    return 0.85 if char in "%+@mwMW=" else 0.3 if char in ",." else latin


#: (text, whether it is of a row of totals)
Texts = Sequence[tuple[str, bool]]


def _widths(columns: Sequence[Column], cells: Sequence[Texts], room: float) -> list[float]:
    natural = [max((wide(*text) for text in texts), default=0.0) for texts in cells]
    rows = _sample(columns, cells)
    found: list[tuple[float, list[float]]] = []
    for most in (4, 3, 2):  # heads of two characters a line only where that saves lines
        least = [
            max(_least_head(column.label, most, full), _least_text(texts, full))
            for column, texts, full in zip(columns, cells, natural, strict=True)
        ]
        wanted = [
            max(full, wide(column.label, True), low) for column, full, low in zip(columns, natural, least, strict=True)
        ]
        if sum(wanted) <= room:
            return [width * room / sum(wanted) for width in wanted]
        if sum(least) <= room:
            widths = _settled(_grown(least, wanted, rows, room - sum(least)), least, rows)
            found.append((_height(rows, widths), widths))
    if found:
        best = min(height for height, _ in found)
        return next(widths for height, widths in found if height <= best * 1.03)
    return [low * room / sum(least) for low in least]  # more than fits: all give alike


def _grown(
    least: Sequence[float], wanted: Sequence[float], rows: Sequence[Sequence[float]], spare: float
) -> list[float]:
    """*least* widths with what is left given where it saves most lines."""
    widths = list(least)
    while spare > 0.01:
        step = min(spare, 0.5)
        growing = [at for at in range(len(widths)) if widths[at] < wanted[at]]
        at = min(growing, key=lambda at: _height(rows, widths, at, step))
        widths[at] += step
        spare -= step
    return widths


def _settled(widths: list[float], least: Sequence[float], rows: Sequence[Sequence[float]]) -> list[float]:
    """*widths* after trying, in whole lines, whether one column had better give to another."""
    now = _lines(rows, widths)
    for _ in range(8):
        tries = [
            [width + step * ((at == to) - (at == giving)) for at, width in enumerate(widths)]
            for giving in range(len(widths))
            for to in range(len(widths))
            for step in (0.5, 1.0, 2.0, 4.0)
            if giving != to and widths[giving] - step >= least[giving]
        ]
        best = min(tries, key=lambda tried: _lines(rows, tried), default=widths)
        if (fewer := _lines(rows, best)) >= now:
            break
        widths, now = best, fewer
    return widths


def _lines(rows: Sequence[Sequence[float]], widths: Sequence[float]) -> float:
    """How many lines *rows* take in whole, those of each cell beside the highest one counting a little."""
    total = 0.0
    for row in rows:
        lines = [
            1 if text <= width + 0.01 else int(text / (width - RAGGED)) + 1
            for text, width in zip(row, widths, strict=True)
        ]
        total += max(lines) + 0.05 * sum(lines)
    return total


def _least_head(label: str, most: int, full: float) -> float:
    return wide(_label(label, max(float(most), full)), True)


def _label(label: str, width: float) -> str:
    """The head of a column in lines of at most *width*, broken at its sense; whoever wrote line breaks keeps them."""
    if "\n" in label or wide(label, True) <= width + 0.01:
        return label
    whole = max((wide(part) for part in PART.findall(label)), default=0.0)
    return "\n".join(broken(label, max(int(width), min(int(whole + 0.9), 5), 2)))


def _least_text(texts: Texts, full: float) -> float:
    """The width below which a column's texts would be broken where they may not be."""
    if full <= SHORT:
        return full
    clauses = (wide(clause, strong) for text, strong in set(texts) for clause in CLAUSE.findall(text))
    short = max((width for width in clauses if width <= SHORT), default=0.0)
    whole = max((wide(part, strong) for text, strong in set(texts) for part in PART.findall(text)), default=0.0)
    return min(max(LEAST, short, whole), full)


def _sample(columns: Sequence[Column], cells: Sequence[Texts]) -> list[list[float]]:
    """Widths of the texts of the head and of at most SAMPLE rows, spread over the whole table."""
    count = len(cells[0])
    rows = [[wide(column.label.replace("\n", ""), True) for column in columns]]
    return rows + [[wide(*column[at]) for column in cells] for at in range(0, count, count // SAMPLE + 1)]


def _height(rows: Sequence[Sequence[float]], widths: Sequence[float], grown: int = -1, step: float = 0.0) -> float:
    """How many lines the rows take if one column grows by *step*: what is made as small as can be."""
    per = [1 / (width + step * (at == grown)) for at, width in enumerate(widths)]
    total = 0.0
    for row in rows:
        lines = list(map(mul, row, per))
        total += max(*lines, 1.0) + 0.02 * sum(lines)
    return total
