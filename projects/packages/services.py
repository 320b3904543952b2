"""Projects are put into a package and taken out of it (打包项目); and taken back.

A package is a name for its parts: they have the plans, the reports and the lights, and are counted. It is one from its
first part on (its own `package` is itself) until the last one is taken out. What changes counts from the day on which
it is done; months before stay as they were. All of one press or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.models import Done
from core.refusals import NeedsReason, Refused, require
from organization.people.models import User
from organization.units.models import Unit
from projects.many.permissions import can_take_back
from projects.many.rows import versions
from projects.many.services import _demand_open, _locked, _names, _row, _write
from projects.packages.gates import not_a_package, not_a_part
from projects.packages.permissions import can_pack
from projects.packages.rows import own_figures
from projects.registry.models import Project
from projects.registry.months import services as months
from projects.registry.months.models import Fact
from projects.registry.services import lock

PACKED, UNPACKED = "projects_packed", "projects_unpacked"


@transaction.atomic
def put_in(
    county: Unit, *, package: Project, version: Mapping[int, int], by: User, now: datetime, reason: str = ""
) -> Done:
    """The projects of *version* are parts of *package* from today on, wherever they were before. Raises NotAllowed,
    Stale, Refused in words for a second level, another county, and a package with figures of its own."""
    lock(county)
    projects = _locked(county, version, versions)
    package = Project.objects.select_for_update().get(pk=package.pk)
    require(can_pack(by, package))
    _refuse(not_a_package(package, own_figures(package, timezone.localdate(now))))
    for project in projects:
        require(can_pack(by, project))
        _refuse(not_a_part(project, package), project)
    rows = [_row(one, _called(one), package, before=one.package_id) for one in projects]
    _pack(projects, dict.fromkeys((one.pk for one in projects), package.pk), rows, by=by, now=now, reason=reason)

    def words() -> str:
        said = ngettext("%(n)s project put into %(to)s", "%(n)s projects put into %(to)s", len(rows))
        return said % {"n": len(rows), "to": package}

    return _kept(PACKED, rows, words, package.pk, by=by, now=now)


@transaction.atomic
def take_out(county: Unit, *, version: Mapping[int, int], by: User, now: datetime, reason: str) -> Done:
    """The projects of *version* are in no package from today on, with a reason. Raises NotAllowed, Stale, NeedsReason,
    Refused for one that is in none."""
    lock(county)
    projects = _locked(county, version, versions)
    for project in projects:
        require(can_pack(by, project))
        _refuse("" if project.is_part else _("It is in no package"), project)
    if not reason.strip():
        raise NeedsReason(_("Write why it isn't part of the package any more"), ["reason"])
    rows = [_row(one, _called(one), "", before=one.package_id) for one in projects]
    _pack(projects, dict.fromkeys(one.pk for one in projects), rows, by=by, now=now, reason=reason)

    def words() -> str:
        said = ngettext("%(n)s project taken out of its package", "%(n)s projects taken out of packages", len(rows))
        return said % {"n": len(rows)}

    return _kept(UNPACKED, rows, words, 0, by=by, now=now)


@transaction.atomic
def take_back_packing(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """Each project of the act that nobody changed since is where it was before, and so are its months; in words.
    Raises NotAllowed; Refused if none can go back, if the package can't be one, or if a month was closed since."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back(by, done))
    county = Unit.objects.get(pk=done.county or 0)
    lock(county)
    _demand_open(county, done)
    rows = {row["pk"]: row for row in done.rows}
    there = list(Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"))
    seen = versions(rows)
    back = [one for one in there if seen[one.pk] == rows[one.pk]["seen"]]
    for project in there:
        rows[project.pk]["left"] = "" if project in back else _("Changed by somebody since")
    if not back:
        raise Refused(_("All of these projects were changed since: nothing can be taken back"))
    before = {one.pk: rows[one.pk]["before"] for one in back}
    packages = Project.objects.select_for_update().filter(pk__in=[pk for pk in before.values() if pk])
    for package in packages.order_by("pk"):
        _refuse(not_a_package(package, own_figures(package, timezone.localdate(now))))
    why = _("Taken back: %(what)s") % {"what": done.words}
    flags = _set(back, before, by=by, now=now, reason=why)
    dropped = [former for one in back for former in rows[one.pk]["dropped"]]
    dropped += [former for pk in flags for former in done.rows[0]["flags"].get(str(pk), ())]
    months.bring_back([*before, *flags], at=done.at, dropped=dropped, now=now)
    done.save(update_fields=["rows"])
    if left := [project for project in there if project not in back]:
        said = _("Taken back for %(n)s projects; these were changed since and stay as they are: %(names)s")
        return said % {"n": len(back), "names": _names(left)}
    return ngettext("Taken back for %(n)s project", "Taken back for %(n)s projects", len(back)) % {"n": len(back)}


# what they are made of --------------------------------------------------------------------------------------------


def _refuse(why: str, project: Project | None = None) -> None:
    if why:
        raise Refused(why if project is None else _("%(name)s: %(why)s") % {"name": project, "why": why})


def _called(project: Project) -> str:
    return str(project.package) if project.package else ""


def _pack(
    projects: Sequence[Project],
    to: Mapping[int, int | None],
    rows: list[dict[str, Any]],
    *,
    by: User,
    now: datetime,
    reason: str,
) -> None:
    """Writes it and has the months follow; *rows* get what the months forgot by it."""
    concerned = {*to, *(pk for pk in to.values() if pk), *(one.package_id for one in projects if one.package_id)}
    former = months.former(concerned, Fact.PACKAGE)
    flags = _set(projects, to, by=by, now=now, reason=reason)
    months.follow([*to, *flags], on=timezone.localdate(now), now=now, by=by, reason=reason)
    dropped = months.dropped(former)
    for row in rows:
        row["dropped"] = dropped.get(row["pk"], [])
        row["flags"] = {str(pk): dropped.get(pk, []) for pk in flags}


def _set(
    projects: Sequence[Project], to: Mapping[int, int | None], *, by: User | None, now: datetime, reason: str
) -> list[int]:
    """Each of *projects* is in the package that *to* says; packages begin with their first part and end with their
    last one. Which began or ended."""
    touched = {one.package_id for one in projects} | set(to.values())
    for project in projects:
        project.package_id = to[project.pk]
    _write(projects, ["package"], by=by, now=now, reason=reason)
    changed = []
    for package in Project.objects.select_for_update().filter(pk__in=[pk for pk in touched if pk]).order_by("pk"):
        new = package.pk if Project.objects.parts_of(package).exists() else None
        if package.package_id != new:
            package.package_id = new
            changed.append(package)
    _write(changed, ["package"], by=by, now=now, reason=reason)
    return [one.pk for one in changed]


def _kept(key: str, rows: list[dict[str, Any]], words: undo.Said, after: int, *, by: User, now: datetime) -> Done:
    seen = versions(row["pk"] for row in rows)
    for row in rows:
        row |= {"seen": seen[row["pk"]], "after": after}
    return undo.keep(key, by=by, now=now, words=words, rows=rows)
