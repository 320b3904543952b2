"""Lists in the history of a project: put on which, taken off which, when, by whom, why; and what was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.happened import Happened
from projects.page.history import Record, pairs
from projects.registry.models import Project
from projects.rosters.models import Listed, Roster


def _records(project: Project) -> Iterator[Record]:
    """Two queries: the history of the project's stays, and the lists' names."""
    rows = list(Listed.history.filter(project=project).select_related("history_user").order_by("-history_id"))
    lists = Roster.objects.in_bulk({row.roster_id for row in rows})
    for now, was in pairs(rows):
        text, why, on = _words(now, was, str(lists.get(now.roster_id, "")))
        yield Record(
            now.history_date, text, str(now.history_user or ""), why, on, order=now.history_id,
        )  # fmt: skip


def _words(now: Any, was: Any, name: str) -> tuple[str, str, date | None]:
    said = {"list": name}
    taken_back = now.history_change_reason or ""
    if now.history_type == "-":
        return _("Putting on “%(list)s” taken back") % said, taken_back, None
    if was is None:
        return _("Put on “%(list)s”") % said, _why(now.entered_by_paper, now.entered_why), now.entered_on
    if now.left_on:
        return _("Taken off “%(list)s”") % said, _why(now.left_by_paper, now.left_why), now.left_on
    return _("Taking off “%(list)s” taken back") % said, taken_back, None


def _why(paper: str, why: str) -> str:
    return _("; ").join(filter(None, (paper, why)))


HISTORY = (Happened("rosters", _records),)
