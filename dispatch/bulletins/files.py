"""A bulletin as a paper and as files: PDF, Word, Excel, which are kept once they are made, and the figures as JSON."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.records.files import keep, throw_away
from dispatch.bulletins.document import document_of
from dispatch.bulletins.letter import letter
from dispatch.bulletins.models import Bulletin

if TYPE_CHECKING:
    from core.models import StoredFile
    from paper.document import Document

UNNAMEABLE = re.compile(r'[\\/:*?"<>|\n]')  # in the name of a file
KEPT = ("pdf", "docx", "xlsx")  # those that are kept: fields of the bulletin, and go when it says something else


def document(bulletin: Bulletin) -> Document:
    """The paper that the bulletin is, as it stands now: what was signed is read from its own row alone."""
    site = settings.SITE_URL.rstrip("/")
    return document_of(bulletin.content, letter(bulletin), site="" if "localhost" in site else site)


def docx(bulletin: Bulletin) -> bytes:
    from paper.word import write_docx

    return write_docx(document(bulletin))


def xlsx(bulletin: Bulletin) -> bytes:
    from paper.excel import write_xlsx

    return write_xlsx(document(bulletin))


def pdf(bulletin: Bulletin) -> bytes:
    """Raises PdfUnavailable where the machine can't."""
    from paper.pdf import write_pdf

    return write_pdf(document(bulletin), settings.DOC_FONT_DIR)


def as_json(bulletin: Bulletin) -> bytes:
    """What the papers are made of: every figure with its value, every block, who signed and when."""
    data = {
        "kind": bulletin.kind,
        "period": bulletin.period,
        "title": bulletin.title,
        "year": bulletin.year,
        "number": bulletin.number,
        "status": bulletin.status,
        "published_at": bulletin.published_at.isoformat() if bulletin.published_at else None,
        "correction": bulletin.correction,
        "letter": letter(bulletin).as_json(),
        "unfinished": {"reason": bulletin.unfinished, **bulletin.reports} if bulletin.unfinished else None,
        "figures": bulletin.figures,
        "blocks": bulletin.content,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


WRITERS = {"docx": docx, "xlsx": xlsx, "json": as_json, "pdf": pdf}
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pages": "application/octet-stream",
}


def file_name(bulletin: Bulletin, suffix: str) -> str:
    """What it is called outside; one that was withdrawn says so, beside that which took its place."""
    gone = f"-withdrawn-{bulletin.pk}" if bulletin.status == Bulletin.Status.WITHDRAWN else ""
    return f"bulletin-{bulletin.kind}-{bulletin.period}{gone}.{suffix}"


def download_name(bulletin: Bulletin, suffix: str) -> str:
    """What a person's file is called: by its title, which names county, month and kind."""
    gone = _(" (withdrawn)") if bulletin.status == Bulletin.Status.WITHDRAWN else ""
    return f"{UNNAMEABLE.sub('', bulletin.title)}{gone}.{suffix}"


def write_files(bulletin: Bulletin, folder: Path) -> list[Path]:
    """All four files into *folder*, the PDF last. Raises PdfUnavailable when the other three are there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix, write in WRITERS.items():
        path = folder / file_name(bulletin, suffix)
        path.write_bytes(write(bulletin))
        written.append(path)
    return written


def stamp(bulletin: Bulletin) -> str:
    """Says whether a paper is of what the bulletin says now."""
    framed = letter(bulletin).as_json()
    said = json.dumps([bulletin.content, bulletin.status, bulletin.number, bulletin.year, framed], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def has(bulletin: Bulletin, suffix: str, stamp: str) -> bool:
    """Whether the paper *suffix* is kept and of that *stamp*. Older versions kept a PDF without one: it is thrown away
    with the text that it is of."""
    return getattr(bulletin, f"{suffix}_id") is not None and bulletin.stamps.get(suffix, stamp) == stamp


@transaction.atomic
def keep_paper(bulletin: Bulletin, suffix: str, data: bytes, *, of: str, now: datetime) -> bool:
    """Keeps *data* as the paper *suffix* of the bulletin unless it was changed since it was *of* that stamp."""
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if stamp(row) != of:
        return False
    if not has(row, suffix, of):
        old = getattr(row, suffix)
        setattr(row, suffix, keep(data, file_name(row, suffix), TYPES[suffix], now=now))
        row.stamps = {**row.stamps, suffix: of}
        row.save(update_fields=[suffix, "stamps"])
        if old is not None:
            throw_away(old)
    return True


def forget_papers(row: Bulletin) -> list[StoredFile]:
    """Takes the papers off *row*, which is about to say something else: to be thrown away once it is saved."""
    old = [file for suffix in KEPT if (file := getattr(row, suffix)) is not None]
    for suffix in KEPT:
        setattr(row, suffix, None)
    row.stamps = {key: of for key, of in row.stamps.items() if key not in KEPT}
    return old
