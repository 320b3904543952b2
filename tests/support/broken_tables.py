"""Files that people send by mistake or on purpose, made by code: `CASES` has each with what comes of it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SHEET = "xl/worksheets/sheet1.xml"
LAST_CORNER = "XFD1048576"
MEGABYTE = 2**20

Parts = Mapping[str, str | bytes]


# --- .xlsx ----------------------------------------------------------------------------------------------------


def zipped(parts: Parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def book_parts(
    sheets: int = 1, *, target: Callable[[int], str] = lambda n: f"worksheets/sheet{n}.xml"
) -> dict[str, str]:
    """What a workbook has besides its sheets and strings."""
    named = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, sheets + 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="{target(n)}"/>' for n in range(1, sheets + 1)
    )
    related += f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    related += f'<Relationship Id="rIdT" Type="{OFFICE}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
    }


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(*items: str, before: str = "") -> str:
    return f'{HEAD}{before}<sst xmlns="{MAIN}">{"".join(f"<si><t>{item}</t></si>" for item in items)}</sst>'


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def cell(at: str, value: str = "1", more: str = "") -> str:
    return f'<c r="{at}"{more}><v>{value}</v></c>'


def xlsx(
    rows: str = "", *, without: str = "", shared: str = "", before: str = "", after: str = "", **parts: str
) -> bytes:
    """A workbook of one sheet; *parts* are others by name, "xl/x.xml" written as xl__x."""
    found: dict[str, str] = {**book_parts(), SHEET: sheet(rows, before, after)}
    if shared:
        found["xl/sharedStrings.xml"] = shared
    found |= {f"{name.replace('__', '/')}.xml": part for name, part in parts.items()}
    return zipped({name: part for name, part in found.items() if name != without})


def shared_uses(length: int, uses: int) -> bytes:
    """One string of *length* characters, used *uses* times."""
    rows = "".join(f'<row><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, uses + 1))
    return xlsx(rows, shared=strings("长" * length))


def overlapping_bomb() -> bytes:
    """Forty names of one part that unpacks to ten megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in book_parts().items():
            archive.writestr(name, part)
        archive.writestr("xl/media/a.xml", b" " * (10 * MEGABYTE))
        archive.filelist += [archive.filelist[-1]] * 40
    return file.getvalue()


def lying_bomb() -> bytes:
    """A sheet that says it has ten bytes and unpacks to forty megabytes."""
    content = zipped({**book_parts(), SHEET: b" " * (40 * MEGABYTE)})
    return content.replace(struct.pack("<I", 40 * MEGABYTE), struct.pack("<I", 10))


def many_sheets(count: int, content: str) -> bytes:
    """*count* sheets that are all the same part."""
    return zipped({**book_parts(count, target=lambda _n: "worksheets/sheet1.xml"), SHEET: content})


def elsewhere(part: str, content: str | bytes) -> bytes:
    """The only sheet lies where nobody looks for it."""
    return zipped({**book_parts(target=lambda _n: part), f"xl/{part}": content})


def deep(levels: int = 200_000) -> str:
    return "<a>" * levels + "</a>" * levels


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 '哈哈哈哈哈哈哈哈哈哈'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
SAYS_A9 = '<row><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'


# --- .xls -----------------------------------------------------------------------------------------------------

FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def biff(cells: bytes, text: str = "") -> bytes:
    """The stream of a workbook of one sheet with the records *cells*; *text* is the string that `shared` names."""
    begin = [record(0x0809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 1996, 0x41, 6)) for kind in (5, 0x10)]
    table = record(0xFC, struct.pack("<IIHB", 1, 1, len(text), 0) + text.encode("latin-1"))
    end = table + record(0x0A, b"")
    place = len(begin[0]) + 4 + 9 + len(end)
    bound = record(0x85, struct.pack("<IBBBB", place, 0, 0, 1, 0) + b"a")
    return begin[0] + bound + end + begin[1] + cells + record(0x0A, b"")


def number(row_: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row_, column, 0, value))


def shared(row_: int, column: int) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row_, column, 0, 0))


def xls(stream: bytes, *, fat: Callable[[list[int]], list[int]] = lambda chain: chain) -> bytes:
    """*stream* as the workbook of a compound file; *fat* may spoil the chain of its sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    tables = -(-(sectors + 2 + sectors // 100) // 128)
    chain = [FAT_SECTOR] * tables + [END] + [tables + 2 + n for n in range(sectors - 1)] + [END]
    chain = fat(chain)
    table = b"".join(struct.pack("<I", one) for one in chain).ljust(tables * 512, b"\xff")
    entries = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, tables + 1, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", tables, tables, 0, 4096, END, 0, END, 0)
    head += b"".join(struct.pack("<I", n) for n in range(tables))
    return head.ljust(512, b"\xff") + table + entries.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = -1) -> bytes:
    data = (name + "\0").encode("utf-16-le")
    return (
        data.ljust(64, b"\0") + struct.pack("<HBB", len(data), kind, 1) + struct.pack("<iii", -1, -1, child)
        + bytes(36) + struct.pack("<IQ", start & 0xFFFFFFFF, size)
    )  # fmt: skip


def ledger(kind: str) -> bytes:
    return (DATA / f"maojian_2020_may_ledger_layout.{kind}").read_bytes()


def cut(kind: str, at: int) -> bytes:
    """A real ledger whose upload broke off."""
    return ledger(kind)[:at]


def with_doctype(part: str, doctype: str) -> bytes:
    """A workbook whose *part* begins with *doctype* and whose cell says &a9;."""
    parts = {**book_parts(), SHEET: sheet(SAYS_A9)}
    return zipped({**parts, part: parts[part].replace(HEAD, HEAD + doctype)})


# --- the table ------------------------------------------------------------------------------------------------

TAKES_MORE = "takes more than a table needs"
DAMAGED = "damaged or not an Excel file"
ROWS = "rows or more; 20,000 can be read"
REACHES = "more than can be read at once"
ONE = row(cell("A1"))
CORNER = ONE + row(cell(LAST_CORNER))
MERGES = "<mergeCells>{}</mergeCells>".format
DAY = ' s="1"'

#: name: (how the file is made, a part of the English sentence or the last rows that are read all the same)
CASES: dict[str, tuple[Callable[[], bytes], Any]] = {
    # one cell far away
    "last corner": (lambda: xlsx(CORNER), ROWS),
    "last corner, single quotes": (lambda: xlsx(ONE + row(f"<c r='{LAST_CORNER}'><v>1</v></c>")), ROWS),
    "last corner, its letter written as a number": (lambda: xlsx(row('<c r="&#88;FD1048576"><v>1</v></c>')), DAMAGED),
    "last corner of a sheet kept elsewhere": (lambda: elsewhere("other/Blatt.XML", sheet(CORNER)), TAKES_MORE),
    "a wide sheet kept elsewhere": (lambda: elsewhere("other/Blatt.XML", sheet(ONE + row(cell("ABC19000")))), REACHES),
    "last corner in UTF-16": (lambda: elsewhere("worksheets/sheet1.xml", sheet(CORNER).encode("utf-16")), []),
    "a row that says it is the last": (lambda: xlsx('<row r="1048576"><c><v>1</v></c></row>'), ROWS),
    "a row behind the last": (lambda: xlsx(row(cell("A4294967295"))), TAKES_MORE),
    "row 0": (lambda: xlsx(row(cell("A0"))), DAMAGED),
    "column 18,278": (lambda: xlsx(row(cell("ZZZ1"))), REACHES),
    "a million columns": (lambda: xlsx(row(cell("BDWGO1"))), REACHES),
    "200,000 cells without a name": (lambda: xlsx(row("<c><v>1</v></c>" * 200_000)), REACHES),
    "a dimension that claims it all": (lambda: xlsx(ONE, before=f'<dimension ref="A1:{LAST_CORNER}"/>'), [[1.0]]),
    "wide and long sheets": (lambda: many_sheets(3, sheet(ONE + row(cell("KN19000")))), REACHES),
    "last corner of an old sheet": (lambda: xls(biff(number(0, 0, 1) + number(65535, 255, 1))), TAKES_MORE),
    "behind the corner of an old sheet": (lambda: xls(biff(number(0, 0, 1) + number(65535, 65535, 1))), TAKES_MORE),
    # much text
    "a string of 2 million used 2,000 times": (lambda: shared_uses(2_000_000, 2_000), TAKES_MORE),
    "a string of 32,767 used 500 times": (lambda: shared_uses(32_767, 500), "more than 10,000,000 characters"),
    "a string of 40,000": (lambda: shared_uses(40_000, 1), "Cell A1 holds 40,000 characters"),
    "strings that claim to be four billion": (
        lambda: xlsx(ONE, shared=strings("x").replace("<sst", '<sst count="4294967295" uniqueCount="4294967295"')),
        TAKES_MORE,
    ),
    "a string that isn't there": (lambda: xlsx(row(cell("A1", "9", ' t="s"')), shared=strings("x")), DAMAGED),
    "a string of an old sheet used 1,500 times": (
        lambda: xls(biff(b"".join(shared(n, 0) for n in range(1_500)), "x" * 8_000)), "more than 10,000,000 characters"
    ),
    # what unpacks
    "forty names of one part": (overlapping_bomb, "unpacks to more than it should"),
    "a size that is a lie": (lying_bomb, DAMAGED),
    "a workbook in an archive": (lambda: zipped({"a.zip": zipped({"b.xlsx": xlsx(ONE)})}), "archive, not a table"),
    "entities in the sheet": (lambda: with_doctype(SHEET, LAUGHS), DAMAGED),
    "entities in the workbook": (lambda: with_doctype("xl/workbook.xml", LAUGHS), DAMAGED),
    "a file of the server": (lambda: with_doctype(SHEET, OUTSIDE), DAMAGED),
    "a file of the server in the relations": (lambda: with_doctype("xl/_rels/workbook.xml.rels", OUTSIDE), DAMAGED),
    "a deep sheet": (lambda: elsewhere("worksheets/sheet1.xml", deep()), []),
    "a deep workbook": (lambda: xlsx(xl__workbook=deep(50_000)), DAMAGED),
    # sheets, merged cells
    "10,000 sheets": (lambda: many_sheets(10_000, sheet(ONE)), "10,000 sheets; at most 300"),
    "merged to the last corner": (lambda: xlsx(ONE, after=MERGES(f'<mergeCell ref="A1:{LAST_CORNER}"/>')), [[1.0]]),
    "merged over and over": (
        lambda: xlsx(ONE + row(cell("Z500")), after=MERGES('<mergeCell ref="A1:Z500"/>' * 1_000)),
        "300,000 cells are merged",
    ),
    "merged over and over after many backwards": (
        lambda: xlsx(
            ONE + row(cell("Z500")),
            after=MERGES('<mergeCell ref="A500:Z1"/>' * 1_000 + '<mergeCell ref="A1:Z500"/>' * 1_000),
        ),
        "300,000 cells are merged",
    ),
    "merged backwards and nowhere": (
        lambda: xlsx(ONE, after=MERGES('<mergeCell ref="C3:A1"/><mergeCell ref="A9:B10"/>')), [[1.0]]
    ),
    "merged nonsense": (lambda: xlsx(ONE, after=MERGES('<mergeCell ref="☃"/>')), DAMAGED),
    # values that are none
    "numbers that are none": (
        lambda: xlsx(row(cell("A1", "nan"), cell("B1", "1e400"), cell("C1", "-inf"), cell("D1", "9" * 400))),
        [["nan", "inf", "-inf", "inf"]],
    ),
    "days that are none": (lambda: xlsx(row(cell("A1", "1e300", DAY), cell("B1", "-5", DAY))), [[1e300, time(0)]]),
    "NUL written as an escape": (lambda: xlsx(row('<c r="A1" t="inlineStr"><is><t>a_x0000_b</t></is></c>')), [["ab"]]),
    # parts that are missing, or others
    **{
        f"without {part}": (partial(xlsx, ONE, without=part), says)
        for part, says in {
            SHEET: DAMAGED, "xl/workbook.xml": "archive, not a table", "xl/_rels/workbook.xml.rels": DAMAGED,
            "_rels/.rels": DAMAGED, "xl/styles.xml": [[1.0]], "[Content_Types].xml": [[1.0]],
        }.items()
    },
    "without its strings": (lambda: xlsx(row(cell("A1", "0", ' t="s"'))), DAMAGED),
    **{
        f"{kind} cut after {at:,}": (partial(cut, kind, at), DAMAGED)
        for kind in ("xlsx", "xls") for at in (8, 600, 60_000)
    },
    "xls with a chain that ends in itself": (
        lambda: xls(biff(number(0, 0, 1.5)), fat=lambda c: [c[0], 1, *c[2:]]), TAKES_MORE
    ),
    "xls with a table of zeros": (lambda: xls(biff(number(0, 0, 1.5)), fat=lambda c: [0] * len(c)), TAKES_MORE),
    "xls with a chain that leaves the file": (
        lambda: xls(biff(number(0, 0, 1.5)), fat=lambda c: [*c[:2], 999_999, *c[3:]]), DAMAGED
    ),
    "xls that is nothing but its first bytes": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, DAMAGED),
    "xls with a password": (lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "xlsx with a password": (lambda: zipped({"EncryptedPackage": b"?", "EncryptionInfo": b"?"}), "password"),
    # something else by that name
    "nothing": (lambda: b"", "empty"),
    "a mark and a line's end": (lambda: b"\xef\xbb\xbf\r\n", "empty"),
    "nothing but NUL": (lambda: bytes(MEGABYTE), "empty"),
    "a program": (lambda: b"MZ" + bytes(range(256)) * 40, "neither Excel nor text"),
    "a PDF": (lambda: b"%PDF-1.7 \n...", "is a PDF"),
    "a picture": (lambda: b"\x89PNG\r\n", "is a picture"),
    "a Word document": (lambda: zipped({"word/document.xml": "<a/>"}), "Word document"),
    "an archive": (lambda: b"Rar!\x1a", "is an archive"),
    "a table of another office": (lambda: zipped({"content.xml": "<a/>"}), "kind of table"),
    "a web page": (lambda: b"<html><table><tr><td>1", "web page"),
    # text
    "text with NUL": (lambda: b"a,b\n1,\0\n", "neither Excel nor text"),
    "text with NUL far down": (lambda: b"a,b\n" * 19_000 + b"x" * 30_000 + b"\n1,\0\n", [["1", ""]]),
    "a line without end": (lambda: b"a" * 3_000_000, "Cell A1 holds 3,000,000 characters"),
    "a quote without end": (lambda: b'1,"' + b"a,b\n" * 300_000, "Cell B1 holds 1,200,000 characters"),
    "a million commas": (lambda: b"a" + b"," * 1_000_000, REACHES),
    "text of too many cells": (lambda: (b"1," * 109 + b"1\n") * 19_000, REACHES),
    "text of too many lines": (lambda: b"1,2\n" * 100_000, ROWS),
    "half a character": (lambda: "序号,名称".encode("utf-16")[:-1], "neither Excel nor text"),
}  # fmt: skip
