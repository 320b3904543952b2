"""What happens to forms that units send back: they come in, are taken over through the door of the reports, or are
set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.days.periods import Period
from core.fillings import hand_in, put_back
from core.models import Done
from core.records.files import store
from core.refusals import Refused, require
from core.tables.bundles import is_bundle, unpack
from core.tables.reading import TableError
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.gathering.models import GatheredFile
from projects.gathering.pages import Line, plan_of
from projects.gathering.permissions import can_gather
from projects.gathering.reading import whose
from projects.reports import services as reports
from projects.reports.models import MonthlyReport
from projects.reports.table import read_filled

TAKEN = "gathered"
MOST = 60  # files at once, those in archives included


@dataclass
class Gathered:
    """What became of a drop: the files that came in, and sentences about what didn't."""

    files: list[GatheredFile] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def gather(files: Sequence[tuple[str, bytes]], *, county: Unit, month: Period, by: User, now: datetime) -> Gathered:
    """The files (name, content), and those of archives among them, are read, each behind the fence; *month* is that
    of a file that doesn't say. One that is there already, byte by byte, isn't taken twice. NotAllowed."""
    require(can_gather(by, county))
    result = Gathered()
    waiting = GatheredFile.objects.filter(county=county, status=GatheredFile.Status.WAITING, refused="")
    there = dict(waiting.values_list("file__sha256", "name"))  # what could not be read may be sent again
    for name, content in _unpacked(files, result):
        if len(result.files) == MOST:
            result.said.append(_("“%(name)s” wasn't read: %(most)s files at once are enough.")
                               % {"name": name, "most": MOST})  # fmt: skip
            continue
        made = _read(name, content, county, month, by, now)
        if (twin := there.get(made.file.sha256 if made.file else "")) is not None:
            said = _("“%(name)s” is the same file as “%(twin)s”: it is taken once.")
            result.said.append(said % {"name": name, "twin": twin})
            continue
        if made.file is not None:
            there[made.file.sha256] = name
        made.save()
        result.files.append(made)
    return result


def _unpacked(files: Iterable[tuple[str, bytes]], result: Gathered) -> Iterable[tuple[str, bytes]]:
    for name, content in files:
        if not is_bundle(content, name):
            yield name, content
            continue
        try:
            yield from unpack(content)
        except TableError as error:
            result.said.append(_("%(name)s: %(why)s") % {"name": f"“{name}”", "why": error})


def _read(name: str, content: bytes, county: Unit, month: Period, by: User, now: datetime) -> GatheredFile:
    """*content* as it will be kept; what can't be read is kept with the sentence that says why."""
    made = GatheredFile(county=county, name=name[-255:], by=by, at=now)
    try:
        made.file = store(content, name, by=by, now=now)
        filled = read_filled(content, name)
    except (TableError, Refused) as error:
        made.refused = str(error)
        return made
    found = whose(filled, name, county, month)
    made.unit, made.month, made.known_by = found.unit, str(found.month or ""), found.how
    made.refused, made.places, made.more = found.why, dict(filled.places), [list(one) for one in filled.more]
    made.lines = [asdict(line) for line in filled.lines if not line.is_empty]
    return made


@transaction.atomic
def take_over(
    file: GatheredFile,
    *,
    seen: Mapping[int, int],
    over: Collection[int] = (),
    by: User,
    now: datetime,
    send: bool,
    into: bool = False,
) -> Done:
    """The rows of *file* go into the reports, those of *seen* {project: version}, as the page showed them: the clean
    ones and, of those that somebody else has written since, the ones *over*. With *send* what is complete goes up,
    with *into* the open rounds within the month get their copies.
    The act that can be taken back. The file waits on while a row of it is to be decided about.

    Raises NotAllowed; Refused for a file that was settled meanwhile, or nothing of which can go in.
    """
    fresh = _lock(file, by)
    plan = plan_of(fresh, now=now)
    if plan.period is None:
        raise Refused(fresh.refused or _("Nothing of it can be taken over."))
    wanted = [line for line in plan.clean if line.project.pk in seen]
    wanted += [line for line in plan.conflicts if line.project.pk in over and line.project.pk in seen]
    rows = [row for line in wanted if (row := _take(line, plan.period, seen[line.project.pk], fresh, by, now))]
    if not rows:
        raise Refused(_("Nothing of it went in: look at what stands beside its rows."))
    if send:
        _send(rows, by, now)
    if into:
        projects = [*plan.same, *(line.project.pk for line in wanted)]
        rows[0]["copies"] = [copy for one in plan.asked for copy in hand_in(one.key, projects, by=by, now=now).copies]
    rest = plan_of(fresh, now=now)
    fresh.stored, fresh.left = len(rows), [[one.at, one.text] for one in rest.said]
    if not rest.lines:  # a row that is still to be decided about keeps it waiting
        fresh.status, fresh.settled_by, fresh.settled_at = GatheredFile.Status.TAKEN, by, now
    fresh.save(update_fields=["status", "stored", "left", "settled_by", "settled_at"])
    rows = [{**row, "of": fresh.pk} for row in rows]
    return undo.keep(TAKEN, by=by, now=now, words=lambda: said_of(fresh), rows=rows)


def said_of(file: GatheredFile) -> str:
    said = ngettext("%(n)s row of “%(name)s” was taken over", "%(n)s rows of “%(name)s” were taken over", file.stored)
    return said % {"n": file.stored, "name": file.name}


def _lock(file: GatheredFile, by: User) -> GatheredFile:
    fresh = (
        GatheredFile.objects.select_for_update(of=("self",)).select_related("unit__county", "county").get(pk=file.pk)
    )
    require(can_gather(by, fresh.county))
    if fresh.status != GatheredFile.Status.WAITING:
        raise Refused(_("“%(name)s” was settled meanwhile: %(how)s.")
                      % {"name": fresh.name, "how": fresh.get_status_display()})  # fmt: skip
    return fresh


def _take(line: Line, month: Period, seen: int, file: GatheredFile, by: User, now: datetime) -> dict[str, Any] | None:
    """What the row was and is, by which it goes back; None for one that moved since the page was made."""
    before = MonthlyReport.objects.filter(project=line.project, month=str(month)).first() or MonthlyReport()
    was = {name: getattr(before, name) for name in line.values}
    why = _("from the file %(name)s") % {"name": file.name}
    try:
        with transaction.atomic():
            made = reports.save(line.project, month, by=by, now=now, version=seen, reason=why, **line.values)
    except Refused:
        return None
    return {
        "pk": made.pk,
        "version": made.version,
        "name": line.project.name,
        "href": reverse("projects:report", args=[line.project.pk, str(month)]),
        "was": "; ".join(f"{cell.label} {cell.was or '—'}" for cell in line.cells),
        "will": "; ".join(f"{cell.label} {cell.will or '—'}" for cell in line.cells),
        "values": was,
        "sent": False,
        "held": False,
    }


def _send(rows: list[dict[str, Any]], by: User, now: datetime) -> None:
    """What is complete goes up for the unit that sent it; the others are marked."""
    version = {row["pk"]: row["version"] for row in rows}
    found = MonthlyReport.objects.filter(pk__in=version).select_related("project")
    done = reports.submit(found, by=by, now=now, version=version)
    sent, held = {report.pk: report for report in done.sent}, {one.report.pk for one in done.held}
    for row in rows:
        row["held"] = row["pk"] in held
        if (report := sent.get(row["pk"])) is not None:
            row["version"], row["sent"] = report.version, True


@transaction.atomic
def put_aside(file: GatheredFile, *, by: User, now: datetime) -> GatheredFile:
    """Nothing of *file* is taken over. NotAllowed; Refused for one that was settled meanwhile."""
    fresh = _lock(file, by)
    fresh.status, fresh.settled_by, fresh.settled_at = GatheredFile.Status.ASIDE, by, now
    fresh.save(update_fields=["status", "settled_by", "settled_at"])
    return fresh


@transaction.atomic
def take_up_again(file: GatheredFile, *, by: User, now: datetime) -> GatheredFile:
    """A file that was set aside waits again."""
    require(can_gather(by, file.county))
    fresh = GatheredFile.objects.select_for_update().get(pk=file.pk)
    if fresh.status == GatheredFile.Status.ASIDE:
        fresh.status, fresh.settled_by, fresh.settled_at = GatheredFile.Status.WAITING, None, None
        fresh.save(update_fields=["status", "settled_by", "settled_at"])
    return fresh


def give_back(done: Done, *, by: User, now: datetime, version: int, reason: str = "") -> str:
    """The rows of *done* are as they were before the file was taken over, those that nobody has touched since; the
    file waits again. A sentence says how many, and which stay and why. Refused if none goes."""
    found = MonthlyReport.objects.select_related("project").in_bulk([row["pk"] for row in done.rows])
    stay = []
    for row in done.rows:
        try:
            with transaction.atomic():
                _give_back(found[row["pk"]], row, by, now)
        except (KeyError, Refused) as refused:
            row["left"] = getattr(refused, "why", _("It isn't there any more"))
            stay.append(f"{row['name']}: {row['left']}")
    if len(stay) == len(done.rows):
        raise Refused(_("; ").join(stay))
    done.save(update_fields=["rows"])
    if not stay:
        waits = {"status": GatheredFile.Status.WAITING, "stored": 0, "settled_by": None, "settled_at": None}
        GatheredFile.objects.filter(pk=done.rows[0]["of"]).update(**waits)
    gone = {found[row["pk"]].project_id for row in done.rows if not row.get("left")}
    put_back(done.rows[0].get("copies", ()), gone, by=by, now=now)
    back = len(done.rows) - len(stay)
    said = ngettext("%(n)s row is as it was before.", "%(n)s rows are as they were before.", back) % {"n": back}
    return _("; ").join([said, *stay])


def _give_back(report: MonthlyReport, row: Mapping[str, Any], by: User, now: datetime) -> None:
    version = row["version"]
    if row["sent"] and report.status == ReportStatus.SUBMITTED:
        version = reports.take_back(report, by=by, now=now, version=version).version
    month = Period.parse(report.month)
    reports.save(report.project, month, by=by, now=now, version=version, **row["values"])
