"""A workbook as bytes that follow from what is in it: no clock, no name of a tool; a formula brings its value along.

openpyxl writes formulas without a value. Excel and LibreOffice count them when they open the file, but what only shows
a file (a phone, a mail program, a reader of cells) would show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from core.tables.packed import Packed, core_properties

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
APP = f'{XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
FORMULA = re.compile(rb"<f>([^<]*)</f><v>?(?:</v>|/>)")

#: The values of a sheet's formulas, by the formula without its “=”.
Values = Mapping[str, int | float | Decimal]


def save(
    book: Workbook,
    to: IO[bytes],
    *,
    title: str = "",
    creator: str = "",
    made: datetime | None = None,
    cached: Sequence[Values] = (),
) -> None:
    """Writes *book* into *to*; *cached* are the values of the formulas of its sheets, in their order."""
    core = XML + core_properties({"dc:title": title, "dc:creator": creator}, made)
    archive = _Book(to, {"docProps/app.xml": APP, "docProps/core.xml": core}, cached)
    ExcelWriter(book, archive).save()


class _Book(Packed):
    """Writes parts of *own* instead of what it is given by their names."""

    def __init__(self, to: IO[bytes], own: Mapping[str, str], cached: Sequence[Values]) -> None:
        super().__init__(to)
        self.own = own
        self.cached = {f"xl/worksheets/sheet{at}.xml": values for at, values in enumerate(cached, start=1) if values}

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_more: Any) -> None:
        super().writestr(zinfo_or_arcname, self.own.get(zinfo_or_arcname, data))

    def pieces(self, source: IO[bytes], name: str) -> Iterator[bytes]:
        """A sheet with the values of its formulas; its last cell waits for the next piece, it may be half of one."""
        values = {formula.encode(): str(value).encode() for formula, value in self.cached.get(name, {}).items()}
        rest = b""
        for piece in super().pieces(source, name):
            whole, mark, rest = (rest + piece).rpartition(b"<c ")
            yield FORMULA.sub(lambda found: _counted(found, values), whole)
            rest = mark + rest
        yield FORMULA.sub(lambda found: _counted(found, values), rest)


def _counted(found: re.Match[bytes], values: Mapping[bytes, bytes]) -> bytes:
    value = values.get(found[1])
    return b"<f>%b</f><v>%b</v>" % (found[1], value) if value is not None else found[0]
