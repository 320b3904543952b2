"""The text for a chat group as a picture, drawn by a worker as pages of bulletins are. It is kept until the text says
something else."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from core.models import StoredFile
from core.records.files import keep, throw_away
from dispatch.rounds import chasing
from dispatch.rounds.models import Round, RoundPicture
from dispatch.rounds.services import owed
from jobs import asked
from jobs.asked import State
from jobs.models import JobRun
from organization.profiles.rules import CountyRules, rules_of

JOB = "round_picture"


def text_of(opened: Round, *, now: datetime) -> str:
    """The text that the picture shows, in the county's language; "" where nothing is owed."""
    with translation.override(settings.LANGUAGE_CODE):
        owing = owed(opened)
        office = rules_of(opened.county)[CountyRules].office or opened.county
        return chasing.group_text(opened, owing, office=office, now=now) if owing else ""


def stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def kept_picture(opened: Round, of: str) -> StoredFile | None:
    """The picture of the text with the stamp *of*, if a worker has drawn it."""
    kept = RoundPicture.objects.filter(round=opened, stamp=of).select_related("file").first()
    return kept.file if kept is not None else None


def picture_state(opened: Round, of: str, *, now: datetime) -> State:
    """How far the picture of the text with the stamp *of* is."""
    if kept_picture(opened, of) is not None:
        return State("ready")
    run = JobRun.objects.filter(job=JOB, about=f"round:{opened.pk}").first()
    if run is None or run.status == JobRun.Status.DONE or run.result.get("stamp") != of:
        return State("none")
    return asked.state_of(run, now=now)


def request_picture(opened: Round, *, now: datetime) -> JobRun | None:
    """Have a worker draw what the text says now. Asking twice is asking once; none if it is there."""
    if not (text := text_of(opened, now=now)) or kept_picture(opened, stamp(text)) is not None:
        return None
    return asked.ask(JOB, f"round:{opened.pk}", now=now, stamp=stamp(text), text=text)


def make_picture(run: int, *, now: datetime) -> None:
    """The work behind `request_picture`: what was asked for is drawn, whatever has come in since."""
    with asked.working(run, now=now) as row:
        if row is None:
            return
        opened = Round.objects.get(pk=row.about.partition(":")[2])
        text, of = row.result["text"], row.result["stamp"]
        row.result = {"stamp": of}
        png = _drawn(row, text)
        _keep(opened, png, of, now)


def _drawn(row: JobRun, text: str) -> bytes:
    from paper.pdf import PdfUnavailable
    from paper.proofs.card import write_card

    head, *lines = text.split("\n")
    try:
        return write_card(head, lines[:-2], lines[-2:], settings.DOC_FONT_DIR)
    except PdfUnavailable as error:
        row.result["unavailable"] = str(error)
        raise


@transaction.atomic
def _keep(opened: Round, png: bytes, of: str, now: datetime) -> None:
    Round.objects.select_for_update().get(pk=opened.pk)
    old = RoundPicture.objects.filter(round=opened).select_related("file").first()
    file = keep(png, f"round-{opened.period}.png", "image/png", now=now)
    RoundPicture.objects.update_or_create(round=opened, defaults={"file": file, "stamp": of})
    if old is not None:
        throw_away(old.file)
