"""The tables of a document as an Excel workbook to count with and to print: figures as numbers, sums as formulas.

Text is text, however it begins: sums are the only formulas.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from core.tables.saved import save
from core.tables.writing import display_width
from paper.document import Cell, Chart, Document, Table, cleaned
from paper.tables import without_empty

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
THIN = Side(style="thin", color="000000")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD, BODY, NOTE = Font(name="黑体", size=11), Font(name="仿宋", size=11), Font(name="仿宋", size=10.5)
TITLE = Font(name="方正小标宋简体", size=16)
UPRIGHT, ACROSS, NARROWEST = 90.0, 130.0, 6.0  # characters across an upright sheet, one lying across, a column
LINE = 16.0  # points of a line of 11 pt
TURNED = 7  # a sheet of more columns than this is printed across
INDEX = "目录"
FOOTER = "第 &P 页，共 &N 页"
MARGINS = {"left": 0.6, "right": 0.6, "top": 0.8, "bottom": 0.8, "header": 0.4, "footer": 0.4}  # inches

#: The values of formulas, by the formula without its “=”.
Sums = dict[str, Decimal]


@dataclass(frozen=True)
class Named:
    """A table with the annex that it stands in (附件1, or nothing) and what it is called."""

    label: str
    title: str
    table: Table

    @property
    def name(self) -> str:
        return f"{self.label} {self.title}" if self.label else self.title


def write_xlsx(document: Document) -> bytes:
    """One sheet a table, named by the annex or the table it shows, and before them a sheet that lists them. The same
    document gives the same bytes."""
    document = cleaned(document)
    book = Workbook()
    book.remove(book.active)
    tables = list(_named(document))
    listed = len(tables) > 1 or not tables
    names: list[str] = [INDEX] if listed else []
    for each in tables:
        names.append(_sheet_name(each.name or document.title, names))
    sums: list[Sums] = []
    if listed:
        _index(book.create_sheet(INDEX if tables else _sheet_name(document.title, [])), document, tables, names[1:])
        sums.append({})
    for name, each in zip(names[listed:], tables, strict=True):
        sums.append(_sheet(book.create_sheet(name), each, document))
    out = io.BytesIO()
    save(book, out, title=document.title, creator=document.signature, made=document.made, cached=sums)
    return out.getvalue()


def _named(document: Document) -> Iterator[Named]:
    for block in document.blocks:
        table = block.table if isinstance(block, Chart) else block
        if isinstance(table, Table):
            yield Named("", table.title or document.title, without_empty(table))
    for annex in document.annexes:
        for block in annex.blocks:
            if isinstance(block, Table):
                yield Named(annex.label, block.title or annex.title, without_empty(block))


def _index(sheet: Worksheet, document: Document, tables: list[Named], names: list[str]) -> None:
    """What document this is, and its tables with a way to each."""
    widths = (8.0, 12.0, 60.0, 10.0)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    said = (document.mark, document.number, document.signature, document.date)
    row = _lead(sheet, [(document.title, TITLE, "center"), ("　".join(filter(None, said)), NOTE, "center")], widths)
    for at, text in enumerate(("序号", "附件", "表名", "行数") if tables else (), start=1):
        _put(sheet.cell(row, at), text, HEAD, "center")
    for number, (each, name) in enumerate(zip(tables, names, strict=True), start=1):
        row += 1
        aligned = zip(
            (number, each.label, each.title, len(each.table.rows)), ("center", "left", "left", "right"), strict=True
        )
        for at, (value, align) in enumerate(aligned, start=1):
            _put(sheet.cell(row, at), value, BODY, align)
        sheet.cell(row, 3).hyperlink = Hyperlink(ref=f"C{row}", location="'{}'!A1".format(name.replace("'", "''")))
        sheet.row_dimensions[row].height = _height([each.title], widths[2:3])
    _print(sheet, document, wide=False)


def _sheet(sheet: Worksheet, each: Named, document: Document) -> Sums:
    """The table as a sheet; the values of its formulas."""
    table = each.table
    last = len(table.columns)
    widths = _widths(table)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    label = [(each.label, HEAD, "left")] if each.label else []
    unit = [(table.unit, NOTE, "right")] if table.unit else []
    head = _lead(sheet, [*label, (each.title, TITLE, "center"), *unit], widths)
    for at, column in enumerate(table.columns, start=1):
        _put(sheet.cell(head, at), column.label, HEAD, "center")
    sheet.row_dimensions[head].height = _height([column.label for column in table.columns], widths)
    summed = dict(_sums(table, head))
    for down, row in enumerate(table.rows):
        font = HEAD if down in table.strong else BODY
        for at, (column, source) in enumerate(zip(table.columns, row, strict=True), start=1):
            cell = sheet.cell(head + 1 + down, at)
            _put(cell, source.text if source.value is None else source.value, font, column.align)
            if source.value is not None:
                cell.number_format = source.format or "General"
            if (down, at) in summed:
                cell.value = f"={summed[down, at]}"
        sheet.row_dimensions[head + 1 + down].height = _height([source.text for source in row], widths)
    end = head + len(table.rows)
    if table.note:
        _lead(sheet, [(table.note, NOTE, "left")], widths, start=end + 1)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    body = end - sum(1 for down in table.strong if down >= len(table.rows) - len(table.strong))  # totals stay below
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(last)}{max(body, head)}"
    sheet.print_title_rows = f"{head}:{head}"
    _print(sheet, document, wide=last > TURNED)
    return {formula: Decimal(table.rows[down][at - 1].value or 0) for (down, at), formula in summed.items()}


def _sums(table: Table, head: int) -> Iterator[tuple[tuple[int, int], str]]:
    """((row of the table, column from 1), formula) where a total is the sum of a stretch of rows without totals: of
    all, or of those from it to the total before or after it, whichever says more of its columns. What isn't that sum
    stays a number: a rate, or what differs by rounding."""
    plain = [down for down in range(len(table.rows)) if down not in table.strong]
    for total in sorted(table.strong):
        above = max((down for down in table.strong if down < total), default=-1)
        below = min((down for down in table.strong if down > total), default=len(table.rows))
        stretches = (plain, [*range(above + 1, total)], [*range(total + 1, below)])
        found = [[at for at in range(len(table.columns)) if _is_sum(table, total, at, rows)] for rows in stretches]
        columns, rows = max(zip(found, stretches, strict=True), key=lambda pair: len(pair[0]))
        for at in columns:
            yield (total, at + 1), f"SUM({_ranges(rows, get_column_letter(at + 1), head + 1)})"


def _is_sum(table: Table, total: int, at: int, rows: list[int]) -> bool:
    values = [value for down in rows if (value := table.rows[down][at].value) is not None]
    return len(values) > 1 and sum(values) == table.rows[total][at].value


def _ranges(rows: list[int], letter: str, first: int) -> str:
    """The cells of *rows* in column *letter* as ranges, with gaps where totals stand."""
    starts = [row for row in rows if row - 1 not in rows]
    ends = [row for row in rows if row + 1 not in rows]
    return ",".join(f"{letter}{first + start}:{letter}{first + end}" for start, end in zip(starts, ends, strict=True))


def _widths(table: Table) -> list[float]:
    """Characters of each column: its share, but no figure becomes ####."""
    total = sum(column.share for column in table.columns) or 1
    room = ACROSS if len(table.columns) > TURNED else UPRIGHT
    return [
        max([NARROWEST, room * column.share / total, *(_figure(row[at]) for row in table.rows)])
        for at, column in enumerate(table.columns)
    ]


def _figure(cell: Cell) -> float:
    return display_width(cell.text) + 2.0 if cell.value is not None else 0.0


def _height(texts: list[str], widths: Any) -> float:
    """Points of a row in which nothing is clipped."""
    lines = [
        sum(max(ceil(display_width(line) / max(int(width * 0.97) // 2 * 2, 2)), 1) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]
    return max(lines, default=1) * LINE + 4


def _lead(sheet: Worksheet, rows: list[tuple[str, Font, str]], widths: Any, start: int = 1) -> int:
    """Lines over the whole width from row *start* on; the row after them."""
    for at, (text, font, align) in enumerate(rows, start=start):
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=max(len(widths), 1))
        _put(sheet.cell(at, 1), text, font, align, border=None)
        scale = font.size / 11
        sheet.row_dimensions[at].height = scale * _height([text], [sum(widths) / scale])
    return start + len(rows)


def _print(sheet: Worksheet, document: Document, *, wide: bool) -> None:
    """A4, as wide as the sheet, in its middle, with numbers at its foot; what a draft says of itself at its head."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    sheet.oddFooter.center.text = FOOTER
    sheet.oddHeader.right.text = "　".join(filter(None, (document.mark, document.stamped))) or None


def _put(cell: Any, value: Any, font: Font, align: str, border: Border | None = GRID) -> None:
    """A number as a number, text as text, whatever it begins with; nothing is clipped."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
            cell.quotePrefix = True
    cell.font = font
    if border is not None:
        cell.border = border
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)


def _sheet_name(title: str, taken: list[str]) -> str:
    """A name that Excel allows: 31 characters, no []:*?/\\, each once."""
    base = FORBIDDEN.sub(" ", title).strip("' ")[:31] or "1"
    name, number = base, 2
    while name.lower() in (other.lower() for other in taken):
        mark = f" ({number})"
        name, number = base[: 31 - len(mark)] + mark, number + 1
    return name
