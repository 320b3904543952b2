"""What is in a workbook or a text table, read behind the fence: `python -m core.tables.reader` and no Django.

The answer is JSON: {"grids": […]} as `core.tables.reading.Grid` has them, or {"refused": a key of SENTENCES there, …}.
Type by content, not by name. The limits here give a good reason early; what none of them foresees is stopped by those
of the process.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

import python_calamine

from core.fence.inside import answer_with
from core.tables.places import column_index

if TYPE_CHECKING:
    import zipfile

MAX_UNPACKED = 300 * 2**20  # of its parts together, as they say; more than it says none gives
MAX_SHEETS = 300
MAX_ROWS = 20_000  # of one sheet; the largest ledgers of a whole province have some 3,000
MAX_COLUMNS = 16_384  # Excel's own
MAX_CELLS = 2_000_000  # with something in them, of all sheets together
MAX_AREA = 6_000_000  # rows × columns up to the last filled cell, of all sheets together
MAX_LENGTH = 32_767  # characters of one cell: Excel's own
MAX_TEXT = 10_000_000  # characters of all cells together, a string counted as often as it is used
MAX_MERGED = 300_000  # cells that are part of merged ones, of all sheets together
CHUNK = 2**20

CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["']([^>]*)>""")
BARE_FORMULA = re.compile(  # of a text (t="str") the empty value is what was computed
    rb"""<(?:\w+:)?c\s(?![^>]*\bt=["']str["'])[^>]*?\br=["']([A-Z]{1,3}\d+)["'][^>]*>"""
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
HIDDEN = re.compile(rb"""<(?:\w+:)?(row|col)\s([^<>]*\bhidden=["'](?:1|true)["'][^<>]*)>""")
FROM_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\s[^>]*\bdate1904=["'](?:1|true)["']""")
NUMBERS = re.compile(rb"""\b(r|min|max)=["'](\d{1,7})["']""")
ERROR = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3}\d+)["'][^>]*\bt=["']e["'][^>]*>(?:<(?:\w+:)?f\b.*?)??"""
                   rb"<(?:\w+:)?v>(#[^<]{1,10})<")  # fmt: skip
KINDS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"{\\rtf", "word"),
)


class Refused(Exception):
    """The file is no table that can be read: why, and what the sentence names."""

    def __init__(self, reason: str, **named: Any) -> None:
        super().__init__(reason)
        self.told = {"refused": reason, **named}


def answer(content: bytes) -> Iterator[bytes]:
    """The file as JSON, in pieces."""
    try:
        grids = read(content)
    except Refused as refusal:
        yield _json(refusal.told)
        return
    yield b'{"grids": ['
    for place, grid in enumerate(grids):
        rows = grid.pop("rows")
        yield b", " * bool(place) + _json(grid)[:-1] + b', "rows": ['
        for number, row in enumerate(rows):
            yield b", " * bool(number) + _json(row)
        yield b"]}"
    yield b"]}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_told).encode()


def _told(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, date | datetime | time):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(type(value))


def read(content: bytes) -> list[dict[str, Any]]:
    """Every sheet of an .xlsx or .xls file, or the one table of a text. Refused."""
    kind = next((kind for magic, kind in KINDS if content.startswith(magic)), "text")
    if kind in ("zip", "ole"):
        return _workbook(content, kind)
    if kind == "text":
        return [_text(content)]
    raise Refused("other_kind", kind=kind)


def _position(name: bytes) -> tuple[int, int]:
    letters = name.rstrip(b"0123456789")
    return int(name[len(letters) :]) - 1, column_index(letters.decode())


class Budget:
    """What all sheets together may still hold."""

    def __init__(self) -> None:
        self.area, self.cells, self.text, self.merged = MAX_AREA, MAX_CELLS, MAX_TEXT, MAX_MERGED

    def count(self, name: str, rows: list[list[Any]]) -> None:
        """Takes *rows* off; Refused where one of them is too wide, a cell or all of it too long. What no table holds
        and no database takes, NUL and numbers that are none, becomes text."""
        for number, row in enumerate(rows, 1):
            if len(row) > MAX_COLUMNS:
                raise _beyond(name, number, len(row))
            for place, cell in enumerate(row):
                if type(cell) is str and cell:
                    self.text -= len(cell)
                    if len(cell) > MAX_LENGTH:
                        raise Refused("too_long", row=number, column=place, length=len(cell), limit=MAX_LENGTH)
                    if "\0" in cell:
                        row[place] = cell.replace("\0", "")
                elif type(cell) is float and not isfinite(cell):
                    row[place] = str(cell)
            self.area -= len(row)
            self.cells -= len(row) - row.count("")
            if self.text < 0:
                raise Refused("too_much_text", limit=MAX_TEXT)
            if self.area < 0 or self.cells < 0:
                raise _beyond(name, number, len(row))

    def clip(self, ranges: Iterable[Any], height: int, width: int) -> list[list[int]]:
        """What of merged cells lies in the sheet: they may claim to reach to its last corner, and over each other."""
        merged = []
        for (top, left), (bottom, right) in ranges:
            bottom, right = min(bottom, height - 1), min(right, width - 1)
            if bottom < top or right < left:
                continue
            self.merged -= (bottom - top + 1) * (right - left + 1)
            if self.merged < 0:
                raise Refused("too_merged", limit=MAX_MERGED)
            merged.append([top, left, bottom, right])
        return merged


def _beyond(name: str, rows: int, columns: int) -> Refused:
    """Too many rows if it is these, else too much altogether."""
    if rows > MAX_ROWS:
        return Refused("too_large", name=name, rows=rows, limit=MAX_ROWS)
    return Refused("too_wide", name=name, rows=rows, columns=columns)


# --- workbooks ------------------------------------------------------------------------------------------------


def _workbook(content: bytes, kind: str) -> list[dict[str, Any]]:
    marks = _zip_marks(content) if kind == "zip" else {}
    if kind == "ole" and "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("locked")
    budget = Budget()
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
        if len(tables) > MAX_SHEETS:
            raise Refused("too_many_sheets", sheets=len(tables), limit=MAX_SHEETS)
        return [_sheet(book, meta, marks, budget) for meta in tables]
    except python_calamine.PasswordError as error:
        raise Refused("locked") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("broken") from error


def _sheet(book: Any, meta: Any, marks: Mapping[str, Marks], budget: Budget) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > budget.area:
        raise _beyond(meta.name, sheet.total_height, sheet.total_width)
    rows = sheet.to_python(skip_empty_area=False)
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    if len(rows) > MAX_ROWS:
        raise _beyond(meta.name, len(rows), 0)
    budget.count(meta.name, rows)
    mark = marks.get(meta.name, Marks())
    return {
        "name": meta.name,
        "rows": rows,
        "merged": budget.clip(sheet.merged_cell_ranges or (), len(rows), len(rows[0]) if rows else 0),
        "formulas": sorted(mark.formulas),
        "errors": [[*at, text] for at, text in mark.errors.items()],
        "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
        "hidden_rows": sorted(row for row in mark.hidden_rows if row < len(rows)),
        "hidden_columns": sorted(mark.hidden_columns),
        "from_1904": mark.from_1904,
    }


class Marks:
    """Of one sheet: the cells whose formula has never been computed, those that show an error; the rows and columns
    that nobody sees; whether its days are counted from 1904."""

    def __init__(self) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self.errors: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.from_1904 = False


def _zip_marks(content: bytes) -> dict[str, Marks]:
    """What the fast reader doesn't tell, by sheet name. On the way a bomb, or one cell in the last corner of a sheet,
    is refused with its reason before anything makes room for it."""
    import zipfile  # with the next one, half of what a start costs: texts and .xls do without
    from xml.etree.ElementTree import ParseError

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "EncryptedPackage" in names or any(info.flag_bits & 1 for info in archive.infolist()):
                raise Refused("locked")
            if "xl/workbook.xml" not in names:
                raise Refused(_not_a_workbook(names))
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise Refused("bomb")
            sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            cells = {name: _scan(archive, name) for name in sheets}
            from_1904 = FROM_1904.search(archive.read("xl/workbook.xml")) is not None
            for marks in cells.values():
                marks.from_1904 = from_1904
            return {sheet: cells[part] for sheet, part in _sheet_parts(archive, names) if part in cells}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, KeyError, ParseError, ValueError) as error:
        raise Refused("broken") from error


def _not_a_workbook(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "word"
    return "other_table" if "content.xml" in names or "xl/workbook.bin" in names else "archive"


def _scan(archive: zipfile.ZipFile, name: str) -> Marks:
    """Unpacks a sheet in pieces, notes uncomputed formulas and errors; Refused where its cells are too many."""
    marks, tail, last_row, last_column = Marks(), b"", 0, 0
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            text = tail + chunk
            cut = text.rfind(b"<", 0, max(text.rfind(b"</row>"), text.rfind(b"</c>"), 0) + 1)
            text, tail = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
            filled = [(column, int(row)) for column, row, more in CELL.findall(text) if more[-1:] != b"/"]
            last_row = max(last_row, max((row for _column, row in filled), default=0))
            columns = {column for column, _row in filled}
            last_column = max(last_column, *(column_index(column.decode()) + 1 for column in columns), 0)
            if last_row * last_column > MAX_AREA or last_column > MAX_COLUMNS:
                raise _beyond("", last_row, last_column)
            _note(text, marks)
    _note(tail, marks)
    return marks


def _note(text: bytes, marks: Marks) -> None:
    if b"<f" in text or b":f" in text:
        marks.formulas.update(_position(found[1]) for found in BARE_FORMULA.finditer(text))
    if b't="e"' in text or b"t='e'" in text:
        marks.errors.update({_position(found[1]): found[2].decode() for found in ERROR.finditer(text)})
    if b"hidden=" in text:
        for kind, attributes in HIDDEN.findall(text):
            at = {name: int(number) for name, number in NUMBERS.findall(attributes)}
            if kind == b"row" and b"r" in at:
                marks.hidden_rows.add(min(at[b"r"] - 1, MAX_ROWS))
            elif kind == b"col" and {b"min", b"max"} <= at.keys():
                marks.hidden_columns.update(range(at[b"min"] - 1, min(at[b"max"], MAX_COLUMNS)))


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Sheet names with the parts that hold them."""
    from defusedxml.ElementTree import fromstring

    if "xl/_rels/workbook.xml.rels" not in names:
        return
    relations = {
        node.get("Id"): (node.get("Target") or "").lstrip("/")
        for node in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for node in fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.rsplit("}", 1)[-1] == "sheet":
            relation = next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
            target = relations.get(relation, "")
            yield node.get("name") or "", target if target.startswith("xl/") else f"xl/{target}"


# --- text -----------------------------------------------------------------------------------------------------


def _text(content: bytes) -> dict[str, Any]:
    text = _decode(content)
    head = text[:2000].lstrip().lower()
    if head.startswith("<") and ("<html" in head or "<table" in head or "<?xml" in head or "<!doctype" in head):
        raise Refused("web_page")
    rows: list[list[Any]] = []
    budget = Budget()
    csv.field_size_limit(len(text))  # one sentence for all that is too long: the budget's
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise _beyond("", len(rows), 0)
    except csv.Error as error:
        raise Refused("no_table", why=str(error)) from error
    while rows and not any(rows[-1]):
        rows.pop()
    budget.count("", rows)
    return {"name": "", "rows": rows, "merged": [], "formulas": [], "errors": [], "hidden": False,
            "hidden_rows": [], "hidden_columns": [], "from_1904": False}  # fmt: skip


def _decode(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text[:100_000]):
            return text
    raise Refused("neither")


def _delimiter(text: str) -> str:
    """The mark that the first lines have most of and agree on best."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    return max(
        ",\t;|", key=lambda mark: sum(mark in line for line in lines) * 100 + sum(line.count(mark) for line in lines)
    )


if __name__ == "__main__":
    answer_with(answer)
