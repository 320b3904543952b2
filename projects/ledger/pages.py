"""What the import page shows of a stored result: figures, rows, and problems put together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Stage
from projects.ledger.models import LedgerImport, LedgerPast
from projects.ledger.reading.fields import FIELDS

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
        if row["outcome"] == "rejected" or set(row["marks"].values()) & {"error", "warning"}:
            wanted.update(range(index - NEIGHBOURS, index + NEIGHBOURS + 1))
    shown = [row for index, row in enumerate(rows) if index in wanted]
    return shown or list(rows[: AT_ONCE // 4])


def with_classes(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with a class for each marked cell."""
    return [
        row
        | {
            "classes": {code: CLASSES[severity] for code, severity in row["marks"].items()},
            "stage": str(Stage(stage).label) if (stage := row["cells"].get("stage")) in Stage.values else "",
            "tone": "bad" if row["outcome"] == "rejected" else "",
        }
        for row in rows
    ]


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


def mapped(ledger: LedgerImport) -> list[tuple[str, str]]:
    """(header, what it was taken for) of the columns that are understood."""
    columns = ledger.result.get("columns", {})
    return [(header, str(FIELDS[code].label)) for header, code in columns.items() if code in FIELDS]


def doubtful(rows: Iterable[dict[str, Any]]) -> int:
    """Rows that are stored but should be looked at."""
    return sum(
        row["outcome"] != "rejected" and bool(set(row["marks"].values()) & {"error", "warning"}) for row in rows
    )
