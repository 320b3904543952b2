"""A table as a paper can hold it: no empty columns, widths by what stands in them. For PDF, Word and Excel alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from operator import mul

from paper.document import Cell, Column, Table
from paper.titles import PART, broken

#: What a cell says that says nothing.
NOTHING = frozenset({"", "—", "－", "-", "–", "——"})

#: The width of the type area in characters of the size that tables are set in, upright and across.
UPRIGHT, ACROSS = 42.1, 60.7
PAD = 0.65  # left and right of a cell's text, with its rule
SHORT = 8.0  # a column whose texts are no longer than this isn't broken at all
LEAST = 4.0  # the narrowest that a column of longer texts becomes
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
    cells = [[cell.text for cell in column] for column in zip(*table.rows, strict=True)] or [[] for _ in table.columns]
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
def wide(text: str) -> float:
    """The width of the longest line of *text* in characters, in the types of an office; a little generous."""
    return max((sum(map(_advance, line)) for line in text.split("\n")), default=0.0)


def _advance(char: str) -> float:
    if char > "\u2000":
        return 0.6 if char == "−" else 1.0
    return 0.85 if char in "%+@mwMW=" else 0.52


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], room: float) -> list[float]:
    natural = [max(map(wide, texts), default=0.0) for texts in cells]
    least: list[float] = []
    for most in (4, 3, 2):  # heads of two characters a line only where there is no room for four
        least = [
            max(_least_head(column.label, most, full), _least_text(texts, full))
            for column, texts, full in zip(columns, cells, natural, strict=True)
        ]
        if sum(least) <= room:
            break
    wanted = [max(full, wide(column.label), low) for column, full, low in zip(columns, natural, least, strict=True)]
    spare = room - sum(least)
    if spare <= 0:  # more than fits: all give alike
        return [low * room / sum(least) for low in least]
    widths = least
    if sum(wanted) <= room:
        widths, spare = wanted, room - sum(wanted)
    else:
        rows = _sample(columns, cells)
        while spare > 0.01:
            step = min(spare, 0.5)
            growing = [at for at in range(len(widths)) if widths[at] < wanted[at]]
            at = min(growing, key=lambda at: _height(rows, widths, at, step))
            widths[at] += step
            spare -= step
        return widths
    return [width + spare * width / sum(widths) for width in widths]


def _least_head(label: str, most: int, full: float) -> float:
    return wide(_label(label, max(float(most), full)))


def _label(label: str, width: float) -> str:
    """The head of a column in lines of at most *width*, broken at its sense; whoever wrote line breaks keeps them."""
    if "\n" in label or wide(label) <= width + 0.01:
        return label
    whole = max((wide(part) for part in PART.findall(label)), default=0.0)
    return "\n".join(broken(label, max(int(width), min(int(whole + 0.9), 5), 2)))


def _least_text(texts: Sequence[str], full: float) -> float:
    """The width below which a column's texts would be broken where they may not be."""
    if full <= SHORT:
        return full
    clauses = (wide(clause) for text in set(texts) for clause in CLAUSE.findall(text))
    short = max((width for width in clauses if width <= SHORT), default=0.0)
    whole = max((wide(part) for text in set(texts) for part in PART.findall(text)), default=0.0)
    return min(max(LEAST, short, whole), full)


def _sample(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[list[float]]:
    """Widths of the texts of the head and of at most SAMPLE rows, spread over the whole table."""
    count = len(cells[0])
    rows = [[wide(column.label.replace("\n", "")) for column in columns]]
    return rows + [[wide(column[at]) for column in cells] for at in range(0, count, count // SAMPLE + 1)]


def _height(rows: Sequence[Sequence[float]], widths: Sequence[float], grown: int, step: float) -> float:
    """How many lines the rows take if one column grows by *step*: what is made as small as can be."""
    per = [1 / (width + step * (at == grown)) for at, width in enumerate(widths)]
    total = 0.0
    for row in rows:
        lines = list(map(mul, row, per))
        total += max(*lines, 1.0) + 0.02 * sum(lines)
    return total
