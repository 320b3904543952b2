"""Whether the sheet's PDF is there, and of what. Reads."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.utils import translation

from core.models import StoredFile
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.names import name_of
from dispatch.bulletins.papers import state_by
from dispatch.sheet.form import NAME, slip
from dispatch.sheet.models import SigningSheet
from dispatch.sheet.pages import sheet
from jobs.asked import State
from jobs.models import JobRun
from paper.slip import Slip

JOB = "bulletin_sheet"


def form_of(bulletin: Bulletin) -> Slip:
    """The form as it is printed, in the paper's language whoever asks for it."""
    with translation.override(settings.LANGUAGE_CODE):
        return slip(sheet(bulletin))


def stamp(bulletin: Bulletin) -> str:
    """Says whether the PDF is of what the sheet says now."""
    said = json.dumps(asdict(form_of(bulletin)), default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def kept_sheet(bulletin: Bulletin, of: str = "") -> StoredFile | None:
    """The PDF of the sheet as it stands now (*of* is its stamp, where it is known), if a worker has made it."""
    kept = SigningSheet.objects.filter(bulletin=bulletin).select_related("file").first()
    return kept.file if kept is not None and kept.stamp == (of or stamp(bulletin)) else None


def sheet_state(bulletin: Bulletin, *, now: datetime) -> State:
    """How far the PDF of the sheet as it stands now is."""
    run = JobRun.objects.filter(job=JOB, about=f"bulletin:{bulletin.pk}").first()
    of = stamp(bulletin)
    return state_by(run, kept_sheet(bulletin, of) is not None, of, now=now)


def download_name(bulletin: Bulletin) -> str:
    """「辉项专办〔2026〕10号 关于…的通报（发文稿纸）.pdf」"""
    number = bulletin.entry.text if bulletin.entry else ""
    return name_of(f"{bulletin.title}（{NAME}）", "pdf", number=number)
