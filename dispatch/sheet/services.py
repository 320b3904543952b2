"""The signing sheet as a PDF, made by a worker as the papers are. It is kept until the sheet says something else."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from core.records.files import keep, throw_away
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.papers import drawn
from dispatch.sheet.kept import JOB, form_of, kept_sheet, stamp
from dispatch.sheet.models import SigningSheet
from jobs import asked
from jobs.models import JobRun


def request_sheet(bulletin: Bulletin, *, now: datetime) -> JobRun | None:
    """Have a worker make the sheet as it stands now. Asking twice is asking once; none if it is there."""
    if kept_sheet(bulletin) is not None:
        return None
    return asked.ask(JOB, f"bulletin:{bulletin.pk}", now=now, stamp=stamp(bulletin))


def make_sheet(run: int, *, now: datetime) -> None:
    """The work behind `request_sheet`. One that says something else meanwhile isn't kept."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        bulletin = Bulletin.objects.select_related("county").get(pk=row.about.partition(":")[2])
        row.result = {"stamp": (of := stamp(bulletin))}
        data = drawn(row, _pdf, bulletin)
        row.result["kept"] = _keep(bulletin, data, of, now)


def _pdf(bulletin: Bulletin) -> bytes:
    from paper.slip import write_slip

    return write_slip(form_of(bulletin), settings.DOC_FONT_DIR)


@transaction.atomic
def _keep(bulletin: Bulletin, data: bytes, of: str, now: datetime) -> bool:
    row = Bulletin.objects.select_for_update(of=("self",)).get(pk=bulletin.pk)
    if stamp(row) != of:
        return False
    old = SigningSheet.objects.filter(bulletin=row).select_related("file").first()
    file = keep(data, f"sheet-{row.kind}-{row.period}.pdf", "application/pdf", now=now)
    SigningSheet.objects.update_or_create(bulletin=row, defaults={"file": file, "stamp": of})
    if old is not None:
        throw_away(old.file)
    return True
