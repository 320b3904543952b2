"""Large tables as files: asked for on a page, made by a worker as the asker may see it then, kept for some days.

What it is made of is the address that was asked for: rows and rights are those of the moment when it is made, and
who opens it needs the posts of that moment still.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import PurePath
from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.collect import gather
from core.exports import Export, Sheet
from core.lists import files as lists
from core.refusals import Refused
from jobs import asked
from jobs.asked import State
from jobs.files.models import AskedFile
from organization.people.models import User

JOB = "file"
KEPT = timedelta(days=3)


def exports() -> dict[str, Export]:
    """All kinds of tables that a worker can make, by key."""
    return {export.key: export for export in [*lists.exports(), *gather("exports")]}


@transaction.atomic
def request_file(sheet: Sheet, rows: int, *, by: User, now: datetime) -> AskedFile:
    """Have a worker make *sheet*, which has so many *rows*. Asking twice is asking once, until it is made."""
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once are one after the other
    told = {"by": by, "export": sheet.export, "query": sheet.query, "language": translation.get_language()}
    waits = AskedFile.objects.filter(**told, run__status__in=asked.OPEN, asked_at__gt=now - asked.LOST).first()
    if waits is not None:
        return waits
    file = AskedFile.objects.create(**told, name=sheet.name[-255:], rows=rows, asked_at=now)
    file.run = asked.ask(JOB, f"file:{file.pk}", now=now)
    file.save(update_fields=["run"])
    return file


def made_at(sheet: Sheet, rows: int, by: User, now: datetime) -> str:
    """The address of the page where *sheet* can be waited for, which is asked for (`core.exports.listen`)."""
    return reverse("files:page", args=[request_file(sheet, rows, by=by, now=now).pk])


def make_file(run: int, *, now: datetime) -> None:
    """The work behind `request_file`. It can be done again."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        file = AskedFile.objects.select_related("by").get(run=row)
        if not file.by.is_active:
            raise Refused(_("The account is closed."))
        with translation.override(file.language), TemporaryFile() as room:
            sheet = look(file, now=now)
            for chunk in sheet.chunks():
                room.write(chunk)
            room.seek(0)
            _store(file, File(sheet.locked(room)))
        file.rights = rights_of(file.by)
        file.save(update_fields=["content", "rights"])


def _store(file: AskedFile, content: File[bytes]) -> None:
    """Under one name on the disk: what a worker that died has left of it is written over."""
    name = f"{file.pk}{PurePath(file.name).suffix}"
    file.content.storage.delete(f"{file.content.field.upload_to}{name}")
    file.content.save(name, content, save=False)


def look(file: AskedFile, *, now: datetime) -> Sheet:
    """The table of *file* as its asker may see it now. Raises PermissionDenied."""
    return exports()[file.export].open(file.by, QueryDict(file.query), now)


def open_file(file: AskedFile, *, by: User, now: datetime) -> File[bytes] | None:
    """What the worker made; None if it isn't there. Raises PermissionDenied where *by* couldn't have it made now, or
    holds other posts than when it was made."""
    if by.pk != file.by_id:
        raise PermissionDenied(_("Somebody else asked for this file."))
    sheet = look(file, now=now)
    if not _there(file):
        return None
    if file.rights != rights_of(by):
        raise PermissionDenied(_("Your posts have changed since this file was made: ask for it again."))
    return File(sheet.unlocked(file.content.open()))


def rights_of(user: User) -> list[list[object]]:
    """What the rows that a person may see hang on: the posts, with role and unit."""
    return sorted([post.pk, post.role, post.unit_id] for post in user.current_posts)


def state_of(file: AskedFile, *, now: datetime) -> State:
    """How far *file* is. What a restored backup names and hasn't got has to be asked for again."""
    if file.run is None:
        return State("none")
    state = asked.state_of(file.run, now=now)
    return State("none") if state.kind == "ready" and not _there(file) else state


def _there(file: AskedFile) -> bool:
    return bool(file.content.name) and file.content.storage.exists(str(file.content.name))


def tidy(*, now: datetime) -> int:
    """Throw away what was asked for longer ago than it is kept; how many. A file goes before its row: who breaks off
    between the two leaves nothing behind."""
    old = AskedFile.objects.filter(asked_at__lt=now - KEPT)
    for file in old:
        file.content.delete(save=False)
        file.delete()
    return len(old)
