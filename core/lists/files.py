"""A list as a file: exactly what is on screen, all pages of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.exports import Export, Sheet
from core.lists.listing import Listing
from core.lists.spec import ListSpec, all_lists
from core.tables.writing import FORMULA_STARTS, Format, TableColumn, wan, write_table


def xlsx(listing: Listing) -> IO[bytes]:
    """With a number before each row but the total, unless the list has one of its own; of all rows the title is the
    list's alone."""
    asked = bool(listing.values or listing.text)
    tab, title = listing.current_tab if asked else None, str(listing.spec.title)
    columns, rows = listing.file_columns(), listing.file_rows()
    if (number := TableColumn(_("No."), Format.NUMBER)) not in columns:
        columns = [number, *columns]
        rows = ([at or None, *row] for at, row in enumerate(rows, start=0 if listing.spec.sums else 1))
    return write_table(
        columns,
        rows,
        title=title if tab is None else _("%(list)s: %(view)s") % {"list": title, "view": tab.label},
        subtitle=listing.spec.subtitle(listing),
        sheet=title,
    )


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_lines(listing: Listing) -> Iterator[str]:
    """Amounts in 万元 as in the sheet; what looks like a formula is kept from becoming one."""
    writer = csv.writer(_Echo())
    columns = listing.file_columns()
    yield "\ufeff"  # Excel reads UTF-8 only with it
    yield writer.writerow([column.heading for column in columns])
    for row in listing.file_rows():
        cells: list[Any] = [
            wan(value) if column.format is Format.WAN and isinstance(value, int) else value
            for column, value in zip(columns, row, strict=True)
        ]
        yield writer.writerow([f"'{c}" if isinstance(c, str) and c[:1] in FORMULA_STARTS else c for c in cells])


def csv_bytes(listing: Listing) -> Iterator[bytes]:
    return (line.encode() for line in csv_lines(listing))


KINDS = {"xlsx": xlsx, "csv": csv_bytes}


def sheet(listing: Listing, kind: str) -> Sheet:
    """The file of what is on screen; *kind* is one of KINDS."""
    return Sheet(
        export=_key(listing.spec, kind),
        query=listing.query_of_columns,
        name=f"{listing.spec.file_name(listing)}.{kind}",
        page=listing.here,
        rows=lambda: listing.count,
        content=lambda: KINDS[kind](listing),
    )


def exports() -> Iterator[Export]:
    """The files of all lists, as they are found again."""
    for spec in all_lists().values():
        for kind in KINDS:
            yield Export(_key(spec, kind), _opening(spec, kind))


def _key(spec: ListSpec, kind: str) -> str:
    return f"{spec.key}.{kind}"


def _opening(spec: ListSpec, kind: str) -> Any:
    def opened(user: Any, query: QueryDict, now: datetime) -> Sheet:
        spec.demand(user)
        return sheet(Listing(spec, user, query, now=now), kind)

    return opened
