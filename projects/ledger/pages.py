"""What the import page shows of a stored result: figures, rows, and problems put together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.amounts import figures
from core.tables.writing import Format, TableColumn
from organization.units.models import Unit
from projects.choices import Stage
from projects.ledger.models import LedgerImport, LedgerPast
from projects.ledger.reading.fields import FIELDS, Kind

NEIGHBOURS = 1  # rows shown before and after one with a problem
DIFFERENCES = 200  # that a page lists
AT_ONCE = 100  # rows of a page
ROWS_NAMED = 6  # row numbers that a group of problems names
TONES = {"error": "red", "warning": "amber", "info": "grey"}
WORDS = {
    "error": gettext_lazy("this cell isn't stored"),
    "warning": gettext_lazy("please check"),
    "info": gettext_lazy("tidied"),
}
CLASSES = {"error": "bad", "warning": "warn", "info": "fix"}
ORDER = ("error", "warning", "info")
ALWAYS = ("lead_unit", "total_investment")  # columns that the table of rows has even if the file hasn't
WIDTH = {"progress": "wide"}
SUMMED = ("total_investment", "year_plan", "done", "done_month", "months")  # sums that a sentence names


@dataclass
class Group:
    """Problems of one column that say the same but for their figures."""

    severity: str
    column: str
    message: str
    rows: list[str] = field(default_factory=list)
    alike: bool = True  # all say the same, figures included
    numbered: bool = True  # by the ledger's own numbers, not the sheet's rows

    @property
    def word(self) -> str:
        return str(WORDS[self.severity])

    @property
    def text(self) -> str:
        return self.message if self.alike else _("For example: %(text)s") % {"text": self.message}

    @property
    def tone(self) -> str:
        return TONES[self.severity]

    @property
    def place(self) -> str:
        """The column and the rows that it is about, the first few by number."""
        if not self.rows:
            return self.column
        said = {"rows": _(", ").join(self.rows[:ROWS_NAMED]), "count": len(self.rows)}
        if self.numbered:
            rows = _("no. %(rows)s and others, %(count)s in all") if len(self.rows) > ROWS_NAMED else _("no. %(rows)s")
        else:
            rows = _("row %(rows)s and others, %(count)s in all") if len(self.rows) > ROWS_NAMED else _("row %(rows)s")
        return _("%(column)s, %(rows)s") % {"column": self.column, "rows": rows % said} if self.column else rows % said


def groups(problems: Iterable[dict[str, Any]]) -> list[Group]:
    """Problems that say the same of the same column become one, with the numbers of their rows; worst first."""
    found: dict[tuple[str, str, str], Group] = {}
    for problem in problems:
        kind = re.sub(r"[-\d,.]+|“[^”]*”|：.*$|: .*$", "#", problem["message"])
        key = (problem["severity"], problem["field"] or problem["column"], kind)
        group = found.setdefault(key, Group(problem["severity"], problem["column"], problem["message"]))
        group.alike = group.alike and group.message == problem["message"]
        group.numbered = group.numbered and bool(problem["number"])
        number = problem["number"] or str(problem["row"] or "")
        if number and number not in group.rows:  # two leaders in one cell are one place
            group.rows.append(number)
    return sorted(found.values(), key=lambda group: ORDER.index(group.severity))


def rows_to_show(rows: Sequence[dict[str, Any]], *, every: bool) -> list[dict[str, Any]]:
    """The rows with a problem and their neighbours; all of them if asked for or if none has one."""
    if every:
        return list(rows)
    wanted: set[int] = set()
    for index, row in enumerate(rows):
        if row["outcome"] in ("rejected", "left_out") or row.get("doubts", row["marks"]):
            wanted.update(range(index - NEIGHBOURS, index + NEIGHBOURS + 1))
    shown = [row for index, row in enumerate(rows) if index in wanted]
    return shown or list(rows[: AT_ONCE // 4])


@dataclass(frozen=True)
class Head:
    """A column of the table of rows: what it shows, from which header of the file, and the select to change that."""

    code: str
    label: str
    header: str
    money: bool
    select: Any = None


def heads(form: Any, *, changeable: bool) -> list[Head]:
    """The columns that the table shows: those that the file has, and what no column is needed for."""
    return [
        Head(code, str(FIELDS[code].label), header or "", FIELDS[code].kind is Kind.AMOUNT,
             form.head(code) if header and changeable else None)
        for code, header in form.shown_as.items()
        if header or code in ALWAYS
    ]  # fmt: skip


def lines(rows: Iterable[dict[str, Any]], shown: Sequence[Head], not_taken: Collection[int]) -> list[dict[str, Any]]:
    """Rows with what stands in each column and a class for each marked cell."""
    found = []
    for row in rows:
        out = row["row"] in not_taken
        cells = [
            (_cell(head, row), " ".join(filter(None, [WIDTH.get(head.code, "n" * head.money), CLASSES.get(mark, "")])))
            for head in shown
            for mark in [row["marks"].get(head.code, "") if not out else ""]
        ]
        mark = "error" if row["outcome"] == "rejected" else row["marks"].get("name", "")
        found.append(row | {"shown": cells, "out": out, "tone": "" if out else CLASSES.get(mark, "")})
    return found


def _cell(head: Head, row: dict[str, Any]) -> str:
    value = row["cells"].get(head.code)
    if head.code == "stage" and value in Stage.values:
        return str(Stage(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if head.money:
        return figures.wan(value)
    return value or figures.NONE


@dataclass(frozen=True)
class Count:
    """How many rows one outcome has, and what they hold."""

    label: str
    rows: int
    said: str


def counts(result: Mapping[str, Any]) -> list[Count]:
    """Rows by outcome; what stands under them is what the file holds in the columns taken."""
    held, changed = result.get("sums", {}), len(result.get("changes", ()))
    changes = ngettext("%(n)s cell changes", "%(n)s cells change", changed) % {"n": changed} if changed else ""
    return [
        Count(_("New"), result["created"], sum_said(held.get("created"))),
        Count(_("Updated"), result["updated"], changes or sum_said(held.get("updated"))),
        Count(_("Unchanged"), result["unchanged"], sum_said(held.get("unchanged"))),
        Count(_("Left out"), result.get("rows_out", 0), sum_said(held.get("left_out"))),
        Count(_("In error"), result["rejected"], sum_said(held.get("rejected"))),
    ]


def sum_said(held: Mapping[str, str] | None) -> str:
    """The first of the great sums, in words: “total investment 12,000 (10k yuan)”; nothing where none is."""
    for code in SUMMED:
        if amount := (held or {}).get(code):
            label = _("months") if code == "months" else FIELDS[code].label
            return _("%(label)s %(amount)s (10k yuan)") % {"label": label, "amount": amount}
    return ""


def out_said(result: Mapping[str, Any]) -> list[str]:
    """A sentence for the rows that are not taken, and one for each column of money, with what they hold."""
    found = []
    if rows := result.get("rows_out", 0):
        held = result["sums"]["left_out"]
        sums = _(", ").join(filter(None, (sum_said({code: held.get(code, "")}) for code in SUMMED)))
        said = ngettext("%(n)s row is not taken", "%(n)s rows are not taken", rows) % {"n": rows}
        found.append(_(": ").join(filter(None, [said, sums])))
    for header, amount in result.get("columns_out", {}).items():
        found.append(_("The column “%(header)s” is not taken: %(amount)s (10k yuan)")
                     % {"header": header, "amount": amount})  # fmt: skip
    return found


def other_year(ledger: LedgerImport, today: date) -> str:
    """That the ledger isn't of the year that runs, and what follows; nothing if it is."""
    if not ledger.year or ledger.year == today.year:
        return ""
    said = {"year": ledger.year, "now": today.year}
    if ledger.year < today.year:
        message = _(
            "This ledger is of %(year)s, it is %(now)s now: plans and months' figures go to %(year)s, those of "
            "%(now)s stay as they are. New projects go into the registry, without a plan for %(now)s. If it is of "
            "%(now)s, set the year below and read it again."
        )
    else:
        message = _(
            "This ledger is of %(year)s, it is still %(now)s: its plans count only when %(year)s begins, those of "
            "%(now)s stay as they are. If it is of %(now)s, set the year below and read it again."
        )
    return message % said


def past(ledgers: LedgerPast) -> dict[str, Any]:
    """What the page of ledgers of past months shows: the files, and where they differ from months of the registry."""
    files = ledgers.result
    differences = [one for file in files for one in file.get("differences", ())]
    return {
        "ledgers": ledgers,
        "files": files,
        "stored": ledgers.status == LedgerImport.Status.STORED,
        "created": sum(file.get("created", 0) for file in files),
        "written": sum(file.get("written", 0) for file in files),
        "differ": sum(file.get("differ", 0) for file in files),
        "differences": differences[:DIFFERENCES],
    }


def made(ledger: LedgerImport) -> list[int]:
    """The units that storing it made and that nobody can sign in for yet."""
    units = Unit.objects.filter(county=ledger.county_id, active=True, name__in=ledger.result.get("new_units", []))
    return list(units.exclude(posts__active=True, posts__holder__isnull=False).values_list("pk", flat=True))


def problem_table(found: Iterable[dict[str, Any]]) -> tuple[list[TableColumn], Iterable[tuple[Any, ...]]]:
    """Problems as the columns and rows of a file."""
    columns = [
        TableColumn(_("Row"), Format.NUMBER),
        TableColumn(_("No.")),
        TableColumn(_("Cell")),
        TableColumn(_("Column")),
        TableColumn(_("Value")),
        TableColumn(_("What becomes of it")),
        TableColumn(_("What it is about")),
    ]
    told = ("row", "number", "cell", "column", "value")
    return columns, ((*(one[name] for name in told), str(WORDS[one["severity"]]), one["message"]) for one in found)


def mapped(ledger: LedgerImport) -> list[tuple[str, str]]:
    """(header, what it was taken for) of the columns that are understood."""
    columns = ledger.result.get("columns", {})
    return [(header, str(FIELDS[code].label)) for header, code in columns.items() if code in FIELDS]


def doubtful(rows: Iterable[dict[str, Any]]) -> int:
    """Rows that are stored but should be looked at."""
    return sum(
        row["outcome"] not in ("rejected", "left_out") and bool(row.get("doubts", row["marks"])) for row in rows
    )
