"""The schedule in the history of a project: what was laid, moved, reached, by whom, why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.happened import Happened
from core.records.fields import label_of
from core.shapes import said
from projects.milestones.models import Milestone, Schedule
from projects.page.history import Change, Record
from projects.registry.models import Project

MOST = 2000
FIELDS = ("planned_on", "forecast_on", "done_on")


def _records(project: Project) -> Iterator[Record]:
    """Each act on the schedule is a line, with what it moved. Two queries."""
    rows = list(Milestone.history.filter(project=project.pk).order_by("history_id")[:MOST])
    acts: dict[Any, list[Any]] = {}
    last: dict[int, Any] = {}
    changes: dict[Any, list[Change]] = {}
    for row in rows:
        acts.setdefault(row.history_date, []).append(row)
        changes.setdefault(row.history_date, []).extend(_changes(last.get(row.id), row))
        last[row.id] = row
    laid = Schedule.history.filter(project=project.pk).select_related("history_user").order_by("history_id")[:MOST]
    target = None
    for one in laid:
        found = acts.get(one.history_date, [])
        new = sum(row.history_type == "+" for row in found)
        gone = sum(row.history_type == "-" for row in found)
        yield Record(
            one.history_date,
            _text(one.target_on, target, new, gone),
            str(one.history_user or ""),
            one.history_change_reason or "",
            changes=[] if new > 1 else changes.get(one.history_date, []),
            order=one.history_id,
            key=one.target_on != target,
        )
        target = one.target_on


def _text(target: Any, before: Any, new: int, gone: int) -> str:
    if target is None:
        return _("Backward schedule: taken back")
    words = {"day": figures.day(target), "n": new or gone}
    if target != before:
        return _("Backward schedule: target day %(day)s") % words
    if new:
        return ngettext("Schedule: %(n)s milestone added", "Schedule: %(n)s milestones added", new) % words
    if gone:
        return ngettext("Schedule: %(n)s milestone taken out", "Schedule: %(n)s milestones taken out", gone) % words
    return _("Schedule changed")


def _changes(was: Any, row: Any) -> Iterator[Change]:
    if row.history_type == "-":
        yield Change(said(row.label, row.label_en), figures.day(row.planned_on), _("taken out"))
        return
    for name in FIELDS:
        old, new = getattr(was, name, None), getattr(row, name)
        if old != new and (was is not None or name == "planned_on"):
            what = label_of(Milestone, name)
            label = _("%(milestone)s, %(what)s") % {"milestone": said(row.label, row.label_en), "what": what}
            yield Change(label, figures.day(old), figures.day(new))


HISTORY = (Happened("schedule", _records),)
