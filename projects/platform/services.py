"""An export of the national platform: kept, written where people said so, and taken back.

What is written goes through the approvals' own verbs, in one transaction: all of it or nothing. What each row was
before stays with the act (`core.models.Done`): while nobody changed it since, it can go back to exactly that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core import progress, undo
from core.flow import services as flow
from core.models import Done
from core.records.files import store as store_file
from core.records.history import keep as keep_record
from core.refusals import NotAllowed, Refused, Stale, require
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals import services as approvals
from projects.approvals.models import ApprovalItem
from projects.platform.comparing import DIFFERS, FILL, Compared, Line, compare
from projects.platform.fields import OBTAINED
from projects.platform.models import PlatformImport
from projects.platform.permissions import can_compare, can_take_back
from projects.platform.reading import Row, read_export
from projects.registry.models import Approval, Project
from projects.registry.services import _follow_schedule, lock, remove_approval
from projects.rules import ApprovalRules

WRITTEN = "platform_written"
MOST = 1_000  # rows that are written at once: other writers wait meanwhile
NAMED = 5  # rows that a sentence names


def keep_export(
    content: bytes, filename: str, *, county: Unit, by: User, now: datetime
) -> tuple[PlatformImport, bool]:
    """The import of this file, and whether it is new: the same file comes in once. PlatformError with a sentence if it
    is no export; then nothing is kept."""
    require(can_compare(by, county))
    digest = hashlib.sha256(content).hexdigest()
    if there := PlatformImport.objects.filter(county=county, sha256=digest).select_related("file", "by").first():
        return there, False
    read = read_export(content, filename)
    with transaction.atomic():
        lock(county)
        made, new = PlatformImport.objects.get_or_create(
            county=county,
            sha256=digest,
            defaults={
                "file": store_file(content, filename, by=by, now=now),
                "sheet": read.sheet[:100],
                "rows": [row.as_dict() for row in read.rows],
                "told": {"left_out": list(read.left_out), "others": list(read.others)},
                "by": by,
                "at": now,
            },
        )
    return made, new


def rows_of(found: PlatformImport) -> list[Row]:
    return [Row.made(told) for told in found.rows]


def look(found: PlatformImport, user: User, on: date) -> Compared:
    """The import's rows beside what is on file now."""
    return compare(user, found.county, rows_of(found), on)


@transaction.atomic
def write_rows(
    found: PlatformImport,
    *,
    looked: str,
    theirs: Collection[int] = (),
    out: Collection[int] = (),
    by: User,
    now: datetime,
) -> Done | None:
    """Write what is to be filled in but the rows *out*, and of what differs the rows *theirs*: all of it or nothing.
    *looked* is what the page had shown. None if nothing is chosen. Raises NotAllowed, Stale; Refused with the row."""
    lock(found.county)
    fresh = PlatformImport.objects.select_for_update(of=("self",)).select_related("county", "file").get(pk=found.pk)
    require(can_compare(by, fresh.county))
    compared = look(fresh, by, timezone.localdate(now))
    if compared.looked != looked:
        raise Stale(fresh, _("What is on file has changed since you looked. Nothing is written yet: look once more."))
    chosen = [one for one in compared.of(FILL) if one.number not in out]
    chosen += [one for one in compared.of(DIFFERS) if one.number in theirs]
    if not chosen:
        return None
    if len(chosen) > MOST:
        said = {"n": len(chosen), "limit": MOST}
        raise Refused(_("%(n)s rows are too many at once, at most %(limit)s are written: export fewer") % said)
    rows = [
        _written(line, fresh, n, len(chosen), by=by, now=now) for n, line in enumerate(_in_order(chosen, fresh), 1)
    ]

    def words() -> str:
        said = ngettext(
            "%(n)s approval filled in from the approval platform",
            "%(n)s approvals filled in from the approval platform",
            len(rows),
        )
        return said % {"n": len(rows)}

    done = undo.keep(WRITTEN, by=by, now=now, words=words, rows=rows)
    who, at = str(by), now.isoformat()
    told = ("row", "project", "name", "was", "will")
    fresh.written += [{name: row[name] for name in told} | {"by": who, "at": at, "done": done.pk} for row in rows]
    fresh.save(update_fields=["written"])
    return done


def _in_order(chosen: Sequence[Line], found: PlatformImport) -> list[Line]:
    """Project by project in the order of the catalogue: what the law wants first is written first."""
    order = {one.code: n for n, one in enumerate(rules_of(found.county)[ApprovalRules].catalogue)}
    return sorted(chosen, key=lambda one: (one.project.pk if one.project else 0, order.get(one.kind, 0), one.number))


def _written(line: Line, found: PlatformImport, n: int, of: int, *, by: User, now: datetime) -> dict[str, Any]:
    """One row through the approvals' verbs; what it was and is, for who takes it back."""
    progress.step(n, of, gettext_noop("one row after the other"))
    project, row = line.project, line.row
    if project is None:
        raise TypeError("a line to be written has its project")
    before = _stand(project.pk, line.kind)
    reason = _("By the approval platform's export “%(file)s”, row %(row)s") % {
        "file": found.file.name,
        "row": row.number,
    }
    try:
        _write(line, project, reason, by=by, now=now)
    except Refused as refusal:
        said = {"row": row.number, "project": project.name, "item": line.item, "why": refusal.why}
        text = _("Row %(row)s, %(project)s, %(item)s: %(why)s. Nothing is written.") % said
        raise (NotAllowed if isinstance(refusal, NotAllowed) else Refused)(text) from refusal
    return {
        "row": row.number,
        "project": project.pk,
        "kind": line.kind,
        "name": f"{project.name} · {line.item}",
        "href": reverse("projects:checklist", args=[project.pk]),
        "was": line.ours,
        "will": line.theirs,
        "before": before,
        "seen": _seen(project.pk, line.kind),
    }


def _write(line: Line, project: Project, reason: str, *, by: User, now: datetime) -> None:
    row = line.row
    if row.state != OBTAINED:
        item = ApprovalItem.objects.get(project=project, kind=line.kind)
        on = min(row.day or timezone.localdate(now), timezone.localdate(now))
        said = "；".join(one for one in (row.said, reason) if one)
        approvals.set_item(item, state="refused", by=by, on=on, now=now, reason=said)
        return
    there = Approval.objects.filter(project=project, kind=line.kind).first()
    number = row.document or (there.document_number if there else "")
    approvals.obtain(
        project,
        kind=line.kind,
        obtained_on=row.day or timezone.localdate(now),
        document_number=number,
        valid_until=row.valid_until,
        by=by,
        now=now,
        reason=reason,
    )


OF_ITEM = ("state", "why", "tolerated_until", "merged_into", "left_out_on")
OF_DOCUMENT = ("document_number", "obtained_on", "valid_until", "file_id")


def _stand(project: int, kind: str) -> dict[str, Any]:
    """What stands on file of an approval: of its document and of its item, None where there is none."""
    document = Approval.objects.filter(project=project, kind=kind).values(*OF_DOCUMENT).first()
    item = ApprovalItem.objects.filter(project=project, kind=kind).values(*OF_ITEM).first()
    return {"document": document and _told(document), "item": item and _told(item)}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{one:%Y-%m-%d}" if isinstance(one, date) else one for name, one in values.items()}


def _seen(project: int, kind: str) -> list[int]:
    """What tells whether somebody changed an approval since: the newest rows of its histories."""
    newest = [
        model.history.filter(project_id=project, kind=kind).aggregate(newest=Max("history_id"))["newest"] or 0
        for model in (Approval, ApprovalItem)
    ]
    return [int(one) for one in newest]


# taken back -------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """Each approval of the act that nobody changed since is as it was before; what came of it in words. The others
    are left as they are, and the act says why. Raises NotAllowed; Refused if none can go back."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back(by, done))
    lock(Unit.objects.get(pk=done.county or 0))
    why = _("Taken back: %(what)s") % {"what": done.words}
    back: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for n, row in enumerate(done.rows, 1):
        progress.step(n, len(done.rows), gettext_noop("one row after the other"))
        flow.locked(Project(pk=row["project"]))
        changed = _seen(row["project"], row["kind"]) != row["seen"]
        row["left"] = _("Changed by somebody since") if changed else ""
        (left if changed else back).append(row)
        if not changed:
            _restore(row, by=by, now=now, reason=why)
    if not back:
        raise Refused(_("All of these approvals were changed since: nothing can be taken back"))
    done.save(update_fields=["rows"])
    gone = {row["row"] for row in back}
    for found in PlatformImport.objects.select_for_update(of=("self",)).filter(county=done.county):
        stays = [one for one in found.written if one.get("done") != done.pk or one["row"] not in gone]
        if len(stays) < len(found.written):
            found.written = stays
            found.save(update_fields=["written"])
    if left:
        names = _(", ").join(row["name"] for row in left[:NAMED])
        said = _("Taken back for %(n)s approvals; these were changed since and stay as they are: %(names)s")
        return said % {"n": len(back), "names": names}
    return ngettext("Taken back for %(n)s approval", "Taken back for %(n)s approvals", len(back)) % {"n": len(back)}


def _restore(row: dict[str, Any], *, by: User, now: datetime, reason: str) -> None:
    before, kind = row["before"], row["kind"]
    document = Approval.objects.filter(project=row["project"], kind=kind).select_related("project").first()
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason}
    if document is not None and before["document"] is None:
        remove_approval(document, **told)
    elif document is not None and _stand(row["project"], kind)["document"] != before["document"]:
        was = dict(before["document"])
        document.document_number, document.file_id = was["document_number"], was["file_id"]
        document.obtained_on = date.fromisoformat(was["obtained_on"])
        document.valid_until = _day(was["valid_until"])
        keep_record(document, **told)
        _follow_schedule(document.project, by=by, now=now)
    item = ApprovalItem.objects.filter(project=row["project"], kind=kind).first()
    if item is not None and before["item"] is not None:
        was = before["item"]
        item.state, item.why, item.merged_into = was["state"], was["why"], was["merged_into"]
        item.tolerated_until, item.left_out_on = _day(was["tolerated_until"]), _day(was["left_out_on"])
        item.version += 1
        keep_record(item, **told)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
