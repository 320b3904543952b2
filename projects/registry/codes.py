"""The codes of projects kept in step with the one that is shown: whoever writes `Project.code` calls `arrange` before,
and `write` after the project is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.amounts.cells import tight
from core.records import bulk
from projects.choices import CodeState
from projects.registry.models import Project, ProjectCode, code_key

WRITTEN = ("text", "key", "state", "shown", "since", "note")


@dataclass
class Arranged:
    """The rows that follow from the codes that are shown now."""

    new: list[ProjectCode] = field(default_factory=list)
    changed: list[ProjectCode] = field(default_factory=list)

    def write(self, *, by: Any, now: datetime, reason: str = "") -> None:
        bulk.update(self.changed, WRITTEN, by=by, now=now, reason=reason)
        bulk.insert(self.new, by=by, now=now, reason=reason)


def arrange(projects: Sequence[Project], was: dict[int, str]) -> Arranged:
    """What becomes of the codes of *projects* whose `code` is as it shall be shown; *was* is what was shown before.
    Sets their `other_codes`.

    Another code replaces the one that was shown; a code that was taken out counts as invalid.
    """
    found = Arranged()
    rows: dict[int, list[ProjectCode]] = {}
    for row in ProjectCode.objects.filter(project__in=[one.pk for one in projects if one.pk]).order_by("pk"):
        rows.setdefault(row.project_id, []).append(row)
    for project in projects:
        mine = rows.get(project.pk, [])
        shown = _shown(project, mine, found)
        old = was.get(project.pk, "")
        if old.strip() and code_key(old) not in {row.key for row in mine}:  # written before codes had rows
            mine.append(_add(project, old, found, CodeState.VALID))
        for row in mine:
            if row is not shown and (row.shown or row.key == code_key(old)) and row.state == CodeState.VALID:
                row.state = CodeState.REPLACED if shown else CodeState.INVALID
                row.shown = False
                if row.pk and row not in found.changed:
                    found.changed.append(row)
        project.other_codes = others(mine)
    return found


def others(rows: Iterable[ProjectCode]) -> str:
    """The codes beside the one that is shown, as they are searched for."""
    return " ".join(tight(row.text) for row in rows if not row.shown)


def _shown(project: Project, mine: list[ProjectCode], found: Arranged) -> ProjectCode | None:
    if not (key := code_key(project.code)):
        return None
    row = next((row for row in mine if row.key == key), None)
    if row is None:
        mine.append(row := _add(project, project.code, found, CodeState.VALID))
        row.shown = True
    elif (row.text, row.state, row.shown) != (project.code, CodeState.VALID, True):
        row.text, row.state, row.shown = project.code, CodeState.VALID, True
        found.changed.append(row)
    return row


def _add(project: Project, text: str, found: Arranged, state: str) -> ProjectCode:
    row = ProjectCode(project=project, text=text[:40], key=code_key(text)[:40], state=state)
    found.new.append(row)
    return row
