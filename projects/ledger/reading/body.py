"""The rows beneath a ledger's header: which are projects, which open a group, which say nothing of a project. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts.cells import plain, tight
from core.tables.reading import Grid
from projects.ledger.reading.fields import FIELDS, Kind
from projects.ledger.reading.groups import (
    LEGEND,
    Group,
    filled,
    group_of,
    is_note,
    is_part,
    is_total,
    legend,
    open_group,
)
from projects.ledger.reading.headers import Header
from projects.ledger.reading.rows import NAME_LIMIT, Reader, doubts, marks_meant
from projects.ledger.reading.sheet import ERROR, WARNING, Column, Problem, Row

WORDS = (Kind.TEXT, Kind.UNITS, Kind.PEOPLE)


class Body:
    """The rows beneath the header, read one after the other; groups are open until the next of their level."""

    def __init__(self, grid: Grid, header: Header, year: int | None) -> None:
        self.grid, self.header = grid, header
        self.columns = header.columns
        self.by_field: dict[str, Column] = {column.field: column for column in self.columns if column.field}
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.rows: list[Row] = []
        self.groups: list[Group] = []  # all, in order
        self.stack: list[Group] = []  # open now
        self.whole = Group(0, "", "", 0, "", "")  # everything read, to hold against the totals
        self.since: Group = Group(0, "", "", 0, "", "")  # since the last subtotal
        self.totals: list[tuple[Group, Group]] = []  # declared, read
        marks: dict[str, str] = {}
        for row in grid.rows:
            first = next((cell for cell in row if cell != ""), "")
            if isinstance(first, str) and LEGEND.search(first):
                marks.update(legend(first))
        fractions = self._percents_are_fractions()
        self.reader = Reader(
            self.columns, year, marks_meant(marks), grid.formulas, grid.errors, fractions, grid.from_1904
        )
        self.number = self.by_field["number"].index if "number" in self.by_field else None
        self.name = self.by_field["name"].index
        self.texts = frozenset(
            c.index for c in self.columns if c.field is None or FIELDS.get(c.field, FIELDS["name"]).kind in WORDS
        )
        self.amounts = [
            column for column in self.columns if column.field in FIELDS and FIELDS[column.field].kind is Kind.AMOUNT
        ]
        self.merged = _merged_below(grid, header)
        self.parts = self._parts_of_packages()
        self.containing = ""  # what the rows just read are parts of: a total, a row above; "" while they are none
        self.after_total = False

    def _percents_are_fractions(self) -> bool:
        column = self.by_field.get("percent")
        if column is None:
            return False
        cells = [row[column.index] for row in self.grid.rows[self.header.bottom + 1 :] if column.index < len(row)]
        numbers = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
        return bool(numbers) and max(numbers) <= 3

    def _parts_of_packages(self) -> dict[int, int]:
        """{row: the row of its package} of those numbered 1.1, 1-1, (1) beneath a 1 that states an amount too."""
        found: dict[int, int] = {}
        if self.number is None:
            return found
        package: tuple[str, int] = ("", 0)
        for index, cells in enumerate(self.grid.rows[self.header.bottom + 1 :], self.header.bottom + 1):
            cell = cells[self.number] if self.number < len(cells) else ""
            if type(cell) is float and cell.is_integer():
                package = (str(int(cell)), index)
                continue
            said = tight(cell)
            if re.fullmatch(r"\(\d+\)", said):  # (1) beneath a 1
                said = f"{package[0]}.{said[1:-1]}"
            whole, _mark, part = re.sub(r"[.．-]", ".", said).partition(".")
            if not whole.isdigit():
                continue
            if not part:
                package = (whole, index)
            elif whole == package[0] and self._stated(cells) & self._stated(self.grid.rows[package[1]]):
                found[index] = package[1]
        return found

    def _stated(self, cells: list[Any]) -> set[int]:
        return {c.index for c in self.amounts if c.index < len(cells) and cells[c.index] not in ("", None)}

    def read(self) -> None:
        shut = [row + 1 for row in sorted(self.grid.hidden_rows) if self.header.bottom < row < len(self.grid.rows)]
        shut = [row for row in shut if filled(self.grid.rows[row - 1])]
        if shut:
            message = ngettext(
                "%(count)s row is hidden or filtered away in the sheet (%(rows)s): it is read all the same.",
                "%(count)s rows are hidden or filtered away in the sheet (%(rows)s): they are read all the same.",
                len(shut),
            )
            said = message % {"count": len(shut), "rows": stretches(shut)}
            self.problems.append(Problem(shut[0], "", stretches(shut), said, WARNING))
        heads = (
            {tight(plain(cell)) for cell in self.grid.rows[self.header.top] if plain(cell)}
            if self.header.top >= 0
            else set()
        )
        for index in range(self.header.bottom + 1, len(self.grid.rows)):
            cells = self.grid.rows[index]
            number = cells[self.number] if self.number is not None and self.number < len(cells) else ""
            name = cells[self.name] if self.name < len(cells) else ""
            if index in self.parts:
                self._part(index, cells, self.parts[index] + 1)
                continue
            numbered = isinstance(number, float) or (isinstance(number, str) and number.isdigit() and number.isascii())
            if numbered and isinstance(name, str) and name and name[-1] != "计":
                self._project(index, cells)
                self.containing = ""
                continue
            texts = filled(cells)
            if texts and not self._aside(index, cells, texts, heads):
                self._project(index, cells)
                self.containing = ""

    def _aside(self, index: int, cells: list[Any], texts: list[tuple[int, str]], heads: set[str]) -> bool:
        """Takes a row that is no project; whether it was one of those."""
        row = index + 1
        if len(heads) > 2 and sum(text in heads for _i, text in texts) >= max(3, len(texts) - 2):
            self.notes.append(_("Row %(row)s skipped: the header again.") % {"row": row})
            return True
        if (
            len(texts) > 3
            and all(t.strip("()").isdigit() for _i, t in texts)
            and [int(t.strip("()")) for _i, t in texts]
            == list(range(int(texts[0][1].strip("()")), int(texts[0][1].strip("()")) + len(texts)))
        ):
            self.notes.append(_("Row %(row)s skipped: numbers of the columns.") % {"row": row})
            return True
        group = group_of(texts, row=row, number=self.number, name=self.name, texts=self.texts)
        lead = [*(pair for pair in texts if pair[0] in (self.name, self.number)), *texts[:2]]  # wherever it stands
        after_total, self.after_total = self.after_total, is_total(lead)
        if is_total(lead):
            label = next(text for _i, text in lead if is_total([(0, text)]))
            self._total(row, cells, [(self.name, label), *(pair for pair in texts if pair[1] != label)])
            return True
        if is_part(lead) or (self._goes_on(cells, texts) and (group is None or self.containing == "total")):
            self.containing = self.containing or ("total" if after_total else "row")
            said = {"row": row, "text": "；".join(text for _i, text in texts)[:60]}
            self.notes.append(_("Row %(row)s skipped: part of the rows above (%(text)s).") % said)
            return True
        self.containing = ""
        if is_note(texts):
            self.notes.append(_("Row %(row)s skipped, a note: %(text)s") % {"row": row, "text": texts[0][1][:60]})
            return True
        if group is not None:
            group.amounts = self._declared(cells)
            open_group(self.stack, group)
            self.groups.append(group)
            return True
        if not any(i == self.name for i, _t in texts):
            return self._nameless(index, cells, texts)
        return False

    def _goes_on(self, cells: list[Any], texts: list[tuple[int, str]]) -> bool:
        """Whether a row goes on with the parts that 其中 began: without a number of its own, where rows have one."""
        own = self.number is not None and any(i == self.number for i, _t in texts)
        return bool(self.containing) and self.number is not None and not own and bool(self._stated(cells))

    def _part(self, index: int, cells: list[Any], package: int) -> None:
        name = tight(cells[self.name]) if self.name < len(cells) else ""
        message = _("Part of the package in row %(package)s, whose amounts contain it: not stored on its own.")
        column = self.by_field["name"].header
        self.problems.append(Problem(index + 1, column, name, message % {"package": package}, WARNING))

    def _nameless(self, index: int, cells: list[Any], texts: list[tuple[int, str]]) -> bool:
        """A row without a name: the second line of a project, a stray word, or a project that can't be stored."""
        row = index + 1
        above = self.merged.get((index, self.name))
        if above is not None and above < index:
            said = {"row": row, "first": above + 1}
            message = _("Second line of the project in row %(first)s: not taken.") % said
            self.problems.append(Problem(row, "", "；".join(t for _i, t in texts)[:200], message, WARNING))
            return True
        if len(texts) <= 2 and not self._declared(cells) and not any(i == self.number for i, _t in texts):
            alone = {"row": row, "text": "；".join(t for _i, t in texts)[:60]}
            self.notes.append(_("Row %(row)s skipped: only “%(text)s” stands in it.") % alone)
            return True
        return False

    def _declared(self, cells: list[Any]) -> dict[int, int]:
        """The amounts that a total or a group title states."""
        found = {}
        for column in self.amounts:
            cell = cells[column.index] if column.index < len(cells) else ""
            if cell not in ("", None):
                reading = self.reader.parsers[Kind.AMOUNT](cell, column)
                if reading.value is not None:
                    found[column.index] = reading.value
        return found

    def _total(self, row: int, cells: list[Any], texts: list[tuple[int, str]]) -> None:
        said = group_of(
            [(self.name, texts[0][1]), *((i, t) for i, t in texts[1:] if i != self.name)],
            row=row, number=self.number, name=self.name, texts=self.texts,
        )  # fmt: skip
        total = Group(row, texts[0][1], texts[0][1], 0, "", "", said.count if said else None, self._declared(cells))
        part = "小计" in total.text
        self.totals.append((total, self.since if part else self.whole))
        if part:
            self.since = Group(0, "", "", 0, "", "")
        self.notes.append(_("Row %(row)s skipped: a total.") % {"row": row})

    def _project(self, index: int, cells: list[Any]) -> None:
        cells = self._unmerged(index, cells)
        values, problems = self.reader.read(index, cells)
        row = index + 1
        raw = {
            c.header: _as_it_stood(cells[c.index])
            for c in self.columns
            if c.index < len(cells) and cells[c.index] not in ("", None)
        }
        for group in self.stack:
            self._inherit(group, values)
        if "competent_unit" in values and "lead_unit" not in self.by_field:
            values.setdefault("lead_unit", values["competent_unit"])  # the only unit that the ledger names
        problems += doubts(index, values, self.by_field, cells)
        name = values.get("name")
        rejected = False
        if not name:
            message = _("No project name: the row can't be stored.")
            problems.append(
                Problem(
                    row,
                    self.columns[0].header if not self.by_field else self.by_field["name"].header,
                    "",
                    message,
                    ERROR,
                    field="name",
                )
            )
            rejected = True
        elif len(name) > NAME_LIMIT:
            message = _("The name has %(length)s characters; at most %(limit)s can be stored. Shorten it.")
            said = {"length": len(name), "limit": NAME_LIMIT}
            problems.append(
                Problem(row, self.by_field["name"].header, name[:60] + "…", message % said, ERROR, field="name")
            )
            rejected = True
        number = str(values.get("number", ""))
        self.rows.append(
            Row(
                row,
                values,
                raw,
                tuple(g.label for g in self.stack),
                tuple(replace(p, number=number) for p in problems),
                rejected,
            )
        )
        amounts = {c.index: values[c.field] for c in self.amounts if c.field in values}
        for group in (*self.stack, self.whole, self.since):
            group.add(amounts)

    def _inherit(self, group: Group, values: dict[str, Any]) -> None:
        """What the title above says goes to the rows that don't say it themselves."""
        if group.says == "sector" and "sector" not in values and "sector" not in self.by_field:
            values["sector"] = group.code[:60]
        elif group.says == "sector" and "sector" not in self.by_field:
            values["sector"] = f"{values['sector']}/{group.code}"[:60]
        elif group.says != "sector":
            values.setdefault(group.says, group.code)

    def _unmerged(self, index: int, cells: list[Any]) -> list[Any]:
        """Words of cells merged over several rows count for each of them; amounts only for the first."""
        for column in self.columns:
            first = self.merged.get((index, column.index))
            if first is None or first == index or column.index in (self.name, self.number):
                continue
            if column.field in FIELDS and FIELDS[column.field].kind in WORDS:
                cells = list(cells)
                cells[column.index] = self.grid.rows[first][column.index]
        return cells


def stretches(numbers: Sequence[int]) -> str:
    """5–7、9 of 5, 6, 7, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return "、".join("–".join(map(str, part)) for part in parts)


def _as_it_stood(cell: Any) -> str:
    return cell if isinstance(cell, str) else plain(cell)


def _merged_below(grid: Grid, header: Header) -> dict[tuple[int, int], int]:
    """{(row, column): first row} of cells merged downwards beneath the header."""
    return {
        (row, column): first
        for first, left, last, right in grid.merged
        if first > header.bottom and last > first
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    }
