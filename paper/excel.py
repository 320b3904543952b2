"""The tables of a document as an Excel workbook: figures as numbers, nothing that could be a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from paper.document import Document, Table, cleaned

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
THIN = Side(style="thin", color="000000")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
WIDTH = 90.0  # characters across a sheet


def write_xlsx(document: Document) -> bytes:
    """One sheet per table, named by the annex or the table it shows."""
    document = cleaned(document)
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = document.title, document.signature
    for title, table in _named(document):
        _sheet(book.create_sheet(_sheet_name(title or document.title, book.sheetnames)), title, table)
    if not book.worksheets:
        book.create_sheet(_sheet_name(document.title, []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(document: Document) -> Iterable[tuple[str, Table]]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield block.title or document.title, block
    for annex in document.annexes:
        for block in annex.blocks:
            if isinstance(block, Table):
                yield block.title or annex.title, block


def _sheet(sheet: Worksheet, title: str, table: Table) -> None:
    last = len(table.columns)
    rows: list[tuple[str, Font, str]] = [(title, Font(name="黑体", size=16), "center")]
    if table.unit:
        rows.append((table.unit, Font(name="仿宋", size=10.5), "right"))
    for at, (text, font, align) in enumerate(rows, start=1):
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=last)
        cell = sheet.cell(at, 1)
        _write(cell, text)
        cell.font, cell.alignment = font, Alignment(horizontal=align, vertical="center")
    sheet.row_dimensions[1].height = 28
    head = len(rows) + 1
    total = sum(column.share for column in table.columns) or 1
    for at, column in enumerate(table.columns, start=1):
        cell = sheet.cell(head, at)
        _write(cell, column.label)
        cell.font, cell.border = Font(name="黑体", size=11), GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = max(6.0, WIDTH * column.share / total)
    for down, row in enumerate(table.rows):
        font = Font(name="黑体" if down in table.strong else "仿宋", size=11)
        for at, (column, source) in enumerate(zip(table.columns, row, strict=True), start=1):
            cell = sheet.cell(head + 1 + down, at)
            if source.value is None:
                _write(cell, source.text)
            else:
                cell.value = source.value
                cell.number_format = source.format or "General"
            cell.font, cell.border = font, GRID
            cell.alignment = Alignment(horizontal=column.align, vertical="center", wrap_text=column.align == "left")
    if table.note:
        at = head + 1 + len(table.rows)
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=last)
        _write(sheet.cell(at, 1), table.note)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(last)}{head + len(table.rows)}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if last > 7 else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write(cell: Any, text: str) -> None:
    """Text as text, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"
    if text[:1] in "=+-@\t\r":
        cell.quotePrefix = True


def _sheet_name(title: str, taken: list[str]) -> str:
    """A name that Excel allows: 31 characters, no []:*?/\\, each once."""
    base = FORBIDDEN.sub(" ", title).strip("' ")[:31] or "1"
    name, number = base, 2
    while name.lower() in (other.lower() for other in taken):
        mark = f" ({number})"
        name, number = base[: 31 - len(mark)] + mark, number + 1
    return name
