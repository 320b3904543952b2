"""A workbook or a text table as plain grids of cells: what is in the file, not what it means.

Type by content, not by name. Bounded: no file makes this take more than the limits below allow, whatever it
claims to hold. Python values per cell: str, int, float, bool, date, datetime, time, timedelta; "" where empty.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import python_calamine
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

MAX_BYTES = 30 * 2**20  # of the file as it comes
MAX_UNPACKED = 300 * 2**20  # of its parts together, as they really unpack
MAX_ROWS = 20_000  # of one sheet; the largest ledgers of a whole province have some 3,000
MAX_CELLS = 800_000  # with something in them
MAX_AREA = 6_000_000  # rows × columns between the first and the last filled cell
CHUNK = 2**20

CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>(?:<(?:\w+:)?(f)\b)?')
BARE_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d+)"[^>]*><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
ERROR = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d+)"[^>]*\bt="e"[^>]*>(?:<(?:\w+:)?f\b.*?)??'
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


class TableError(ValueError):
    """The file can't be read as a table; the message says why and what to do, in a sentence."""


@dataclass(frozen=True)
class Grid:
    """One sheet. `merged` are (first row, first column, last row, last column), from 0; `formulas` are the cells
    whose formula has never been computed, `errors` those that show #REF! and the like, both as (row, column)."""

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False


def read_grids(content: bytes, filename: str = "") -> list[Grid]:
    """Every sheet of an .xlsx or .xls file, or the one table of a .csv or .txt. TableError with a sentence."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise TableError(_("The file is empty. Choose the file that holds the ledger."))
    if len(content) > MAX_BYTES:
        raise TableError(
            _("The file has %(size)s MB; at most %(limit)s MB can be read. Take the pictures out of it or split it.")
            % {"size": len(content) // 2**20, "limit": MAX_BYTES // 2**20}
        )
    kind = next((kind for magic, kind in KINDS if content.startswith(magic)), "text")
    if kind in ("zip", "ole"):
        return _workbook(content, kind, filename)
    if kind == "text":
        return [_text(content, filename)]
    names = {"pdf": _("a PDF"), "picture": _("a picture"), "archive": _("an archive"), "word": _("a Word document")}
    raise TableError(
        _("“%(name)s” is %(kind)s, whatever its name says. Save the table as .xlsx or .csv and choose that.")
        % {"name": filename, "kind": names[kind]}
    )


def cell_name(row: int, column: int) -> str:
    """`B7` for row 6, column 1, both counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def column_index(letters: str) -> int:
    """0 for A, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _position(name: bytes) -> tuple[int, int]:
    letters = name.rstrip(b"0123456789")
    return int(name[len(letters) :]) - 1, column_index(letters.decode())


# --- workbooks ------------------------------------------------------------------------------------------------


def _workbook(content: bytes, kind: str, filename: str) -> list[Grid]:
    marks = _zip_marks(content, filename) if kind == "zip" else {}
    if kind == "ole" and "EncryptedPackage".encode("utf-16-le") in content:
        raise TableError(_locked())
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet(book, meta, marks) for meta in book.sheets_metadata if _is_table(meta)]
    except python_calamine.PasswordError as error:
        raise TableError(_locked()) from error
    except TableError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise TableError(_broken()) from error


def _locked() -> str:
    return _("The file is protected with a password. Take the password off in Excel, save it and choose it again.")


def _broken() -> str:
    return _("The file is damaged or not an Excel file. Open it in Excel, save it as .xlsx and choose it again.")


def _is_table(meta: Any) -> bool:
    return bool(meta.typ == python_calamine.SheetTypeEnum.WorkSheet)


def _sheet(book: Any, meta: Any, marks: Mapping[str, _Marks]) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height * sheet.total_width > MAX_AREA:
        raise TableError(_too_large(meta.name, sheet.total_height))
    rows = sheet.to_python(skip_empty_area=False)
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    if len(rows) > MAX_ROWS:
        raise TableError(_too_large(meta.name, len(rows)))
    mark = marks.get(meta.name, _Marks())
    return Grid(
        meta.name,
        rows,
        tuple((a[0], a[1], b[0], b[1]) for a, b in (sheet.merged_cell_ranges or ())),
        frozenset(mark.formulas),
        mark.errors,
        meta.visible != python_calamine.SheetVisibleEnum.Visible,
    )


def _too_large(name: str, rows: int) -> str:
    return _(
        "“%(name)s” has %(rows)s rows or more; %(limit)s can be read at once. "
        "Delete what isn't the ledger, or split it by year or by unit."
    ) % {"name": name, "rows": f"{rows:,}", "limit": f"{MAX_ROWS:,}"}


@dataclass
class _Marks:
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def _zip_marks(content: bytes, filename: str) -> dict[str, _Marks]:
    """What the fast reader doesn't tell, by sheet name; on the way every part is unpacked once within the limits, so
    that a bomb, or one cell in the last corner of a sheet, is refused before anything makes room for it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "EncryptedPackage" in names or any(info.flag_bits & 1 for info in archive.infolist()):
                raise TableError(_locked())
            if "xl/workbook.xml" not in names:
                raise TableError(_not_a_workbook(names))
            left = MAX_UNPACKED
            cells: dict[str, _Marks] = {}
            for info in archive.infolist():
                is_sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
                marks = _Marks()
                left = _scan(archive, info, left, marks if is_sheet else None, filename)
                if is_sheet:
                    cells[info.filename] = marks
            return {sheet: cells[part] for sheet, part in _sheet_parts(archive, names) if part in cells}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, KeyError, ElementTree.ParseError) as error:
        raise TableError(_broken()) from error
    except ValueError as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_broken()) from error


def _not_a_workbook(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return _("This is a Word document. Copy the table into Excel, save it as .xlsx and choose that.")
    if "content.xml" in names or "xl/workbook.bin" in names:
        return _("This kind of table can't be read. Save it as .xlsx and choose that.")
    return _("This is an archive, not a table. Unpack it and choose the .xlsx inside.")


def _scan(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, marks: _Marks | None, filename: str) -> int:
    """Unpacks one part in pieces, notes uncomputed formulas and errors, returns what remains of the limit."""
    tail, filled, last_row, last_column = b"", 0, 0, 0
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TableError(_("The file unpacks to more than it should and was not read. Save it anew in Excel."))
            if marks is None:
                continue
            text = tail + chunk
            cut = text.rfind(b"<", 0, max(text.rfind(b"</row>"), text.rfind(b"</c>"), 0) + 1)
            text, tail = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
            for found in CELL.finditer(text):
                if not found[3].endswith(b"/"):
                    filled += 1
                    last_row = max(last_row, int(found[2]))
                    last_column = max(last_column, column_index(found[1].decode()) + 1)
            if filled > MAX_CELLS or last_row * last_column > MAX_AREA:
                raise TableError(_too_large(filename, last_row))
            _note(text, marks)
        if marks is not None:
            _note(tail, marks)
    return left


def _note(text: bytes, marks: _Marks) -> None:
    if b"<f" in text or b":f" in text:
        marks.formulas.update(_position(found[1]) for found in BARE_FORMULA.finditer(text))
    if b't="e"' in text:
        marks.errors.update({_position(found[1]): found[2].decode() for found in ERROR.finditer(text)})


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Sheet names with the parts that hold them."""
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


def _text(content: bytes, filename: str) -> Grid:
    text = _decode(content)
    head = text[:2000].lstrip().lower()
    if head.startswith("<") and ("<html" in head or "<table" in head or "<?xml" in head or "<!doctype" in head):
        raise TableError(
            _("The file is a web page named like a table. Open it in Excel, save it as .xlsx, choose that.")
        )
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise TableError(_too_large(filename, len(rows)))
    except csv.Error as error:
        raise TableError(_("The file is not a table: %(why)s.") % {"why": error}) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return Grid(filename.rsplit("/", 1)[-1].rsplit(".", 1)[0], rows)


def _decode(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text[:100_000]):
            return text
    raise TableError(_("The file is neither Excel nor text. Save the table as .xlsx or .csv and choose that."))


def _delimiter(text: str) -> str:
    """The mark that the first lines have most of and agree on best."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    return max(
        ",\t;|", key=lambda mark: sum(mark in line for line in lines) * 100 + sum(line.count(mark) for line in lines)
    )
