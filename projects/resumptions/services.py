"""Resumptions put on file: of one project, of many at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.flow import services as flow
from core.models import Done
from core.records.history import keep, remove
from core.refusals import NeedsReason, Refused, Stale, Wrong, require
from organization.people.models import User
from organization.units.models import Unit
from projects.many.rows import versions
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project
from projects.resumptions.models import Resumption
from projects.resumptions.permissions import can_take_back

RESUMED = "projects_resumed"
NAMED = 10  # projects that a sentence names


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
) -> Done:
    """The same day for the projects of *version*: all of them or none. Raises NotAllowed, Stale, Wrong."""
    found = list(Project.objects.select_for_update().filter(county=county, pk__in=version).order_by("pk"))
    if len(found) < len(version):
        raise Stale(None, _("Some of these projects are gone. Nothing is done yet; look at them once more."))
    for project in found:
        record_resumption(
            project, resumed_on.year, resumed_on=resumed_on, note=note, by=by, now=now, version=version[project.pk]
        )
    seen = versions(version)
    rows = [
        {
            "pk": project.pk,
            "name": project.name,
            "href": reverse("projects:page", args=[project.pk]),
            "was": "—",
            "will": f"{resumed_on:%Y-%m-%d}",
            "year": resumed_on.year,
            "seen": seen[project.pk],
        }
        for project in found
    ]

    def words() -> str:
        return ngettext("%(n)s project resumed", "%(n)s projects resumed", len(rows)) % {"n": len(rows)}

    return undo.keep(RESUMED, by=by, now=now, words=words, rows=rows)


@transaction.atomic
def take_back(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """The resumptions of the act go off the file where nobody changed the project since; what came of it in words.
    The others stay, and the act says why. Raises NotAllowed; Refused if none can go back."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back(by, done))
    why = _("Taken back: %(what)s") % {"what": done.words}
    rows = {row["pk"]: row for row in done.rows}
    back, left = 0, []
    for project in Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"):
        row = rows[project.pk]
        row["left"] = "" if project.version == row["seen"] else _("Changed by somebody since")
        if row["left"]:
            left.append(project.name)
            continue
        record_resumption(project, row["year"], resumed_on=None, by=by, now=now, reason=why, version=row["seen"])
        back += 1
    if not back:
        raise Refused(_("All of these projects were changed since: nothing can be taken back"))
    done.save(update_fields=["rows"])
    if left:
        said = _("Taken back for %(n)s projects; these were changed since and stay as they are: %(names)s")
        return said % {"n": back, "names": _(", ").join(left[:NAMED])}
    return ngettext("Taken back for %(n)s project", "Taken back for %(n)s projects", back) % {"n": back}


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
