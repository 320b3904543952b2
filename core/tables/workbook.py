"""A table as a styled workbook, written row by row: memory doesn't grow with the rows.

Text is text twice over: the cell's type says so, and its style says so to Excel. Asked for by `core.tables.writing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from math import ceil
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins

from core.amounts.grammar import WAN
from core.tables.saved import Values, save
from core.tables.writing import FORMULA_STARTS, Format, Table, TableColumn, display_width, wan

LONGEST_TEXT = 32_767  # characters that Excel holds in a cell
NARROWEST, WIDEST, SAMPLE = 6, 48, 60
A3, A4 = 8, 9  # numbers of the format
READABLE, READABLE_A3 = 200, 290  # characters of 10 pt across a sheet that prints at 70 percent of its size
INK, LINE, HEAD = "FF1F2933", "FFB8C0C8", "FFEDF1F5"
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet
CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}  # XML can't hold them
NUMBER_FORMATS = {
    Format.TEXT: "@",
    Format.WAN: "#,##0.####",
    Format.NUMBER: "#,##0",
    Format.PERCENT: '0.0"%"',
    Format.POINTS: "0.0",
    Format.DATE: "yyyy-mm-dd",
    Format.YEAR: "0",
}


def write(tables: Sequence[Table], *, to: IO[bytes] | None, opened: int) -> IO[bytes]:
    """As `write_tables` promises."""
    book = Workbook(write_only=True)
    sums = []
    for table in tables:
        name = table.sheet or table.title
        page = book.create_sheet(FORBIDDEN.sub(" ", name).strip("' ")[:31] or None)
        sums.append(_sheet(page, table))
        page.sheet_state = "hidden" if table.hidden else "visible"
    book.active = opened
    target = to if to is not None else SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 (handed to the caller)
    save(book, target, title=tables[0].title or tables[0].sheet, cached=sums)
    target.seek(0)
    return target


def _sheet(page: Any, table: Table) -> Values:
    """The table on *page*: its head stays where one scrolls, and has the buttons by which one filters. The values of
    its formulas, which are the sums."""
    columns, rows = table.columns, iter(table.rows)
    sample = list(islice(rows, SAMPLE))
    widths = list(_widths(columns, sample))
    for position, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(position)].width = width
    lead = [line for line in (table.title, table.subtitle) if line]
    head, last = len(lead) + 1, get_column_letter(len(columns))
    page.freeze_panes = f"A{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    _print(page, columns, widths)
    styles = _Styles(page)
    for number, line in enumerate(lead, 1):
        if len(columns) > 1:
            page.merged_cells.add(CellRange(f"A{number}:{last}{number}"))
        page.append([styles.text(line, styles.title if number == 1 and table.title else styles.note)])
    page.append([styles.text(column.heading, styles.head) for column in columns])
    sums: list[int | Decimal] = [0] * len(columns)
    written = head
    for row in styles.rows(columns, chain(sample, rows), sums if table.total else None):
        page.append(row)
        written += 1
    page.auto_filter.ref = f"A{head}:{last}{written}"
    counted = _sums(columns, sums, head + 1, written) if table.total and written > head else {}
    if table.total:
        page.append(list(styles.total(columns, counted)))
    for note in table.notes:
        page.append([styles.text(note, styles.note)])
    return dict(counted.values())


def _sums(columns: Sequence[TableColumn], sums: Sequence[Any], first: int, last: int) -> dict[int, tuple[str, Any]]:
    """{place of a column: (the formula of its sum, its value)}; the rows are those from *first* to *last*."""
    return {
        at: (
            f"SUM({get_column_letter(at + 1)}{first}:{get_column_letter(at + 1)}{last})",
            wan(value) if column.format is Format.WAN else value,
        )
        for at, (column, value) in enumerate(zip(columns, sums, strict=True))
        if column.total
    }


def _print(page: Any, columns: Sequence[TableColumn], widths: Sequence[int]) -> None:
    """On A4, or on A3 and as many sheets wide as it takes to be read; then each has the first columns again."""
    wide = sum(widths)
    sheets = 1 if wide <= READABLE else ceil(wide / READABLE_A3)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = A4 if wide <= READABLE else A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = sheets, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    if sheets > 1:
        page.print_title_cols = "A:B"
    page.print_options.horizontalCentered = True
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.7, header=0.3, footer=0.35)
    page.oddFooter.center.text = _("Page &P of &N")


def _widths(columns: Sequence[TableColumn], sample: Sequence[Sequence[Any]]) -> Iterator[int]:
    for position, column in enumerate(columns):
        widest = display_width(column.heading)
        for row in sample:
            value = row[position] if position < len(row) else None
            shown = (
                f"{value / WAN:,.0f}" if column.format is Format.WAN and isinstance(value, int) else str(value or "")
            )
            widest = max(widest, display_width(shown))
        yield min(max(widest + 2, NARROWEST), WIDEST)


class _Styles:
    """The few styles of a table, registered once; cells take them by number. One cell object per column is used again
    for every row: the writer has done with it when it asks for the next."""

    def __init__(self, page: Any) -> None:
        self.page = page
        line = Side(style="thin", color=LINE)
        self.border = Border(left=line, right=line, top=line, bottom=line)
        self.font = Font(name="宋体", size=10, color=INK)
        middle = Alignment(vertical="center", wrap_text=True)
        self.title = self._style(Font(name="宋体", size=16, bold=True, color=INK), Alignment("center", "center"))
        self.note = self._style(Font(name="宋体", size=9, color=INK), Alignment("left", "center"))
        bold = Font(name="宋体", size=10, bold=True, color=INK)
        fill = PatternFill("solid", fgColor=HEAD)
        centred = Alignment("center", "center", wrap_text=True)
        self.head = self._style(bold, centred, border=True, fill=fill)
        self.body = {
            format: self._style(
                self.font,
                middle if format is Format.TEXT else Alignment(vertical="center"),
                border=True,
                number=number,
            )
            for format, number in NUMBER_FORMATS.items()
        }
        self.sums = {
            format: self._style(bold, middle, border=True, number=number) for format, number in NUMBER_FORMATS.items()
        }
        self.quoted = self._style(self.font, middle, border=True, number="@", quote=True)

    def _style(self, font: Font, alignment: Alignment, *, border: bool = False, fill: PatternFill | None = None,
               number: str = "General", quote: bool = False) -> Any:  # fmt: skip
        cell = WriteOnlyCell(self.page)
        cell.font, cell.alignment, cell.number_format = font, alignment, number
        if border:
            cell.border = self.border
        if fill:
            cell.fill = fill
        if quote:
            cell._style.quotePrefix = 1
        return cell._style

    def text(self, value: str, style: Any) -> WriteOnlyCell:
        """A cell that holds text and nothing but text."""
        cell = WriteOnlyCell(self.page)
        cell._style = self.quoted if value.startswith(FORMULA_STARTS) and style is self.body[Format.TEXT] else style
        cell._value, cell.data_type = value.translate(CONTROL)[:LONGEST_TEXT], "s"
        return cell

    def rows(
        self, columns: Sequence[TableColumn], rows: Iterable[Sequence[Any]], sums: list[Any] | None
    ) -> Iterator[list[Any]]:
        cells = [WriteOnlyCell(self.page) for _column in columns]
        formats = [column.format for column in columns]
        body, quoted, plain = self.body, self.quoted, self.body[Format.TEXT]
        summed = [i for i, column in enumerate(columns) if column.total] if sums is not None else []
        for row in rows:
            for cell, format, value in zip(cells, formats, row, strict=False):
                if value is None or value == "":
                    cell._value, cell.data_type, cell._style = None, "n", body[format]
                elif isinstance(value, str):
                    cell._value, cell.data_type = value.translate(CONTROL)[:LONGEST_TEXT], "s"
                    cell._style = quoted if value[0] in "=+-@\t\r" else plain
                elif isinstance(value, (date, datetime)):
                    cell._value, cell.data_type, cell._style = _naive(value), "d", body[Format.DATE]
                elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                    cell._value, cell.data_type, cell._style = str(value), "s", plain
                else:
                    cell._value = wan(value) if format is Format.WAN and isinstance(value, int) else value
                    cell.data_type, cell._style = "n", body[format]
            for position in summed:
                if sums is not None and row[position] is not None:
                    sums[position] += row[position]
            yield cells

    def total(self, columns: Sequence[TableColumn], counted: Mapping[int, tuple[str, Any]]) -> Iterator[WriteOnlyCell]:
        for position, column in enumerate(columns):
            cell = WriteOnlyCell(self.page)
            cell._style = self.sums[column.format]
            if position in counted:
                cell._value, cell.data_type = f"={counted[position][0]}", "f"
            elif column.total:
                cell._value, cell.data_type = 0, "n"
            elif position == 0:
                cell._value, cell.data_type = _("Total"), "s"
            yield cell


def _naive(value: date | datetime) -> date | datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
