"""What the page of an import shows: what differs, what would be filled in, what is left and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.tables.writing import Format, TableColumn
from projects.platform.comparing import (
    DIFFERS,
    FILL,
    NO_ITEM,
    NOT_YOURS,
    OLDER,
    SAME,
    TOLD,
    UNMATCHED,
    WRONG,
    Compared,
    Line,
)

SHOWN = 300  # rows of one part; the file has them all
LEFT = (UNMATCHED, NO_ITEM, WRONG, NOT_YOURS, OLDER)


@dataclass(frozen=True)
class Part:
    """Rows that are shown together, project by project; `more` aren't shown."""

    lines: list[Line]
    more: int

    @property
    def projects(self) -> list[tuple[Any, list[Line]]]:
        """By project, in the order of the file."""
        found: dict[Any, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.project, []).append(line)
        return list(found.items())


def part(lines: list[Line]) -> Part:
    return Part(lines[:SHOWN], max(len(lines) - SHOWN, 0))


def parts(compared: Compared, *, every: bool) -> dict[str, Part]:
    """The parts of the page, each only as far as it has rows; *every*: what is the same too."""
    found = {
        "differs": part(compared.of(DIFFERS)),
        "fill": part(compared.of(FILL)),
        "told": part(compared.of(TOLD)),
        "left": part(compared.of(*LEFT)),
        "same": part(compared.of(SAME) if every else []),
    }
    return {name: one for name, one in found.items() if one.lines}


def to_write(compared: Compared) -> int:
    return len(compared.of(FILL, DIFFERS))


def difference_table(lines: Iterable[Line]) -> tuple[list[TableColumn], Iterator[tuple[Any, ...]]]:
    """Every row of the export as the columns and rows of a file, what is the same too."""
    columns = [
        TableColumn(_("Row"), Format.NUMBER),
        TableColumn(_("national project code")),
        TableColumn(_("project on file")),
        TableColumn(_("project in the file")),
        TableColumn(_("item in the file")),
        TableColumn(_("item of the catalogue")),
        TableColumn(_("what becomes of it")),
        TableColumn(_("on file")),
        TableColumn(_("in the file")),
        TableColumn(_("to be known")),
    ]
    return columns, (_cells(line) for line in lines)


def _cells(line: Line) -> tuple[Any, ...]:
    said = "；".join(line.why)
    if line.near:
        said = _("Near by name: %(name)s") % {"name": line.near.name}
    on_file = line.project.name if line.project else ""
    row = line.row
    return (
        row.number, row.code, on_file, row.name, row.item, line.item, str(line.label), line.ours, line.theirs, said,
    )  # fmt: skip
