"""Team and visits in the history of a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.happened import Happened
from projects.page.history import Record
from projects.registry.models import Project
from projects.sponsorship.models import Member, Visit


def _visits(project: Project) -> Iterator[Record]:
    rows = Visit.objects.filter(project=project).select_related("post__unit", "by", "withdrawn_by")
    for visit in rows:
        said = {"who": visit.who, "what": visit.get_kind_display()}
        yield Record(visit.at, _("%(who)s: %(what)s") % said, str(visit.by), visit.settled, visit.on, order=visit.pk)
        if visit.withdrawn_at:
            said["day"] = figures.day(visit.on, timezone.localdate(visit.withdrawn_at))
            text = _("%(who)s: %(what)s of %(day)s withdrawn") % said
            yield Record(visit.withdrawn_at, text, str(visit.withdrawn_by or ""), visit.withdrawn_why, order=visit.pk)


def _team(project: Project) -> Iterator[Record]:
    """Each row of the history is somebody who came or went."""
    rows: Any = Member.history.filter(project=project.pk).select_related("history_user", "post__unit")
    for row in rows.order_by("history_id")[:500]:
        member = row.instance
        said = {"who": str(member), "part": member.get_part_display()}
        if member.until is None:
            text, on = _("%(who)s joins the team: %(part)s") % said, member.since
        else:
            text, on = _("%(who)s leaves the team: %(part)s") % said, member.until
        yield Record(row.history_date, text, str(row.history_user or ""), member.reason, on, order=row.history_id)


HISTORY = (Happened("visits", _visits), Happened("team", _team))
