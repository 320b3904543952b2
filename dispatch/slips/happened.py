"""Slips in the history of a project: issued to whom, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.happened import Happened
from dispatch.slips.models import Slip
from projects.models import Project
from projects.page.history import Record


def _records(project: Project) -> Iterator[Record]:
    """Two queries: the slips, and how each stood."""
    for slip in Slip.objects.filter(project=project).select_related("entry", "unit", "post", "by", "answered_by"):
        said = {"slip": slip.entry.text, "unit": slip.to, "title": slip.title}
        said["due"] = figures.day(slip.due_on, slip.on) if slip.due_on else ""
        words = _("%(slip)s issued to %(unit)s, answer due by %(due)s: %(title)s")
        if not slip.due_on:
            words = _("%(slip)s issued to %(unit)s: %(title)s")
        yield Record(slip.at, words % said, str(slip.by), slip.facts.get("matter", ""), slip.on, key=True, order=0)
        if slip.answered_at and slip.answered_on:
            words = _("%(slip)s answered by %(unit)s") % said
            yield Record(slip.answered_at, words, str(slip.answered_by or ""), slip.answer, slip.answered_on, order=1)
    withdrawn = Slip.history.filter(project=project, status=Slip.Status.WITHDRAWN).select_related("entry")
    for row in withdrawn.order_by("history_id"):
        words = _("%(slip)s withdrawn, its number stays used") % {"slip": row.entry.text}
        on = timezone.localdate(row.history_date)
        yield Record(row.history_date, words, str(row.history_user or ""), row.reason, on, order=2)


HISTORY = (Happened("slips", _records),)
