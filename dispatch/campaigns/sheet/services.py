"""The table of tasks as a PDF, made by a worker; kept until the tasks say something else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from core.models import StoredFile
from core.records.files import keep, throw_away
from dispatch.bulletins.papers import state_by
from dispatch.campaigns.models import Campaign, Task, TaskSheet
from dispatch.campaigns.sheet.document import document
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from organization.units.models import Unit
from paper.document import Document

JOB = "campaign_sheet"


def paper_of(campaign: Campaign, unit: Unit | None) -> Document:
    """The table of the whole campaign, or of one unit's tasks with their parts."""
    tasks = Task.objects.filter(campaign=campaign).standing()
    if unit is None:
        tasks = tasks.given()
    else:
        mine = list(tasks.filter(unit=unit).values_list("pk", flat=True))
        tasks = tasks.filter(pk__in=mine) | tasks.filter(parent__in=mine) | tasks.filter(parent__parent__in=mine)
    rows = tasks.distinct().whole().prefetch_related("helpers").order_by("position", "pk")
    with translation.override(settings.LANGUAGE_CODE):
        return document(campaign, list(rows), unit, made=None)


def stamp(paper: Document) -> str:
    said = json.dumps(asdict(paper), default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def kept_sheet(campaign: Campaign, unit: Unit | None, of: str = "") -> StoredFile | None:
    """The PDF of the table as it stands now, if a worker has made it."""
    kept = TaskSheet.objects.filter(campaign=campaign, unit=unit).select_related("file").first()
    return kept.file if kept is not None and kept.stamp == (of or stamp(paper_of(campaign, unit))) else None


def about(campaign: Campaign, unit: Unit | None) -> str:
    return f"campaign:{campaign.pk}:{unit.pk if unit else 0}"


def sheet_state(campaign: Campaign, unit: Unit | None, *, now: datetime) -> State:
    """How far the PDF of the table as it stands now is."""
    of = stamp(paper_of(campaign, unit))
    run = JobRun.objects.filter(job=JOB, about=about(campaign, unit)).first()
    return state_by(run, kept_sheet(campaign, unit, of) is not None, of, now=now)


def request_sheet(campaign: Campaign, unit: Unit | None, *, now: datetime) -> JobRun | None:
    """Have a worker make the table as it stands now. Asking twice is asking once; none if it is there."""
    of = stamp(paper_of(campaign, unit))
    if kept_sheet(campaign, unit, of) is not None:
        return None
    return asked.ask(JOB, about(campaign, unit), now=now, stamp=of)


def make_sheet(run: int, *, now: datetime) -> None:
    """The work behind `request_sheet`. One that says something else meanwhile isn't kept."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        _word, pk, number = row.about.split(":")
        campaign = Campaign.objects.select_related("county", "lead").get(pk=pk)
        unit = Unit.objects.filter(pk=int(number)).first() if number != "0" else None
        paper = paper_of(campaign, unit)
        row.result = {"stamp": (of := stamp(paper))}
        row.result["kept"] = _keep(campaign, unit, _pdf(row, paper), of, now)


def _pdf(row: JobRun, paper: Document) -> bytes:
    from paper.pdf import PdfUnavailable, write_pdf

    try:
        return write_pdf(paper, settings.DOC_FONT_DIR)
    except PdfUnavailable as error:
        row.result["unavailable"] = str(error)
        raise


@transaction.atomic
def _keep(campaign: Campaign, unit: Unit | None, data: bytes, of: str, now: datetime) -> bool:
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if stamp(paper_of(campaign, unit)) != of:
        return False
    old = TaskSheet.objects.filter(campaign=campaign, unit=unit).select_related("file").first()
    file = keep(data, f"tasks-{campaign.pk}.pdf", "application/pdf", now=now)
    TaskSheet.objects.update_or_create(campaign=campaign, unit=unit, defaults={"file": file, "stamp": of})
    if old is not None:
        throw_away(old.file)
    return True
