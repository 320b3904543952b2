"""Resumptions put on file: of one project, of many at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.flow import services as flow
from core.records.history import keep, remove
from core.refusals import NeedsReason, Stale, Wrong, require
from organization.people.models import User
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project
from projects.resumptions.models import Resumption


@transaction.atomic
def record_resumption(
    project: Project,
    year: int,
    *,
    resumed_on: date | None,
    note: str = "",
    by: User,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Resumption | None:
    """Say on which day of *year* the works of *project*, which had started before, went on again; None takes what is
    on file off it. What is on file changes with a reason only. *version* is the project's.

    A day counts from itself on: no row of a month shows it, the rate looks at the day.
    """
    fresh = flow.locked(project, version=version)
    require(can_edit_project(by, fresh))
    there = Resumption.objects.filter(project=fresh, year=year).first()
    if there and there.resumed_on != resumed_on and not reason.strip():
        raise NeedsReason(_("Write why the day changes: days on file change with a reason only"), ["resumed_on"])
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason.strip()}
    if resumed_on is None:
        if there is None:
            raise Wrong({"resumed_on": _("Write the day on which the works went on")})
        remove(there, **told)
    else:
        _sound(fresh, year, resumed_on, now)
        if there and (there.resumed_on, there.note) == (resumed_on, note.strip()):
            return there
        there = there or Resumption(project=fresh, year=year)
        there.resumed_on, there.note = resumed_on, note.strip()
        keep(there, **told)
    flow.bump(fresh, [], by=by, now=now, reason=reason)
    return there if resumed_on else None


@transaction.atomic
def record_resumptions(
    county: Unit, *, resumed_on: date, version: Mapping[int, int], by: User, now: datetime, note: str = ""
) -> str:
    """The same day for the projects of *version*: all of them or none. Answers what was done in words."""
    found = list(Project.objects.select_for_update().filter(county=county, pk__in=version).order_by("pk"))
    if len(found) < len(version):
        raise Stale(None, _("Some of these projects are gone. Nothing is done yet; look at them once more."))
    for project in found:
        record_resumption(
            project, resumed_on.year, resumed_on=resumed_on, note=note, by=by, now=now, version=version[project.pk]
        )
    said = ngettext("%(n)s project resumed", "%(n)s projects resumed", len(found))
    return said % {"n": len(found)}


def _sound(project: Project, year: int, day: date, now: datetime) -> None:
    why = ""
    if day > timezone.localdate(now):
        why = _("The day lies in the future: write the day on which it happened")
    elif day.year != year:
        why = _("The day isn't of %(year)s") % {"year": year}
    elif project.started_on is None or project.started_on.year >= year:
        why = _("It hadn't started before %(year)s: its start is what counts") % {"year": year}
    elif project.completed_on and project.completed_on < day:
        why = _("It was completed before that day")
    if why:
        raise Wrong({"resumed_on": why})
