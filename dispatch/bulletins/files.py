"""A bulletin as a paper and as files: PDF, Word, Excel and all in one, which are kept once they are made, and the
figures as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from core.records.files import keep, throw_away
from dispatch.bulletins.document import MOST, document_of
from dispatch.bulletins.letter import letter
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.names import bundle, name_of

if TYPE_CHECKING:
    from core.models import StoredFile
    from paper.document import Document

DRAFT = "送审稿"  # what a draft says of itself
# Those that are kept: fields of the bulletin, and go when it says something else.
KEPT = ("pdf", "docx", "xlsx", "zip", "corrected")
FROZEN = ("pdf", "docx", "xlsx", "zip")  # never made anew once it is published


def document(bulletin: Bulletin, *, most: int | None = MOST) -> Document:
    """The paper that the bulletin is, as it stands now: what was signed is read from its own row alone.

    *most*: rows of an annex; None is all.
    """
    site = settings.SITE_URL.rstrip("/")
    said = document_of(bulletin.content, letter(bulletin), site="" if "localhost" in site else site, most=most)
    draft = bulletin.published_at is None
    verify = f"{settings.VERIFY_URL}{bulletin.token}/" if settings.VERIFY_URL and bulletin.token else ""
    made = bulletin.signed_at or bulletin.drafted_at
    return replace(said, mark=DRAFT if draft else "", made=made, verify=verify)


def corrections_of(bulletin: Bulletin) -> list[Bulletin]:
    """The published papers that correct it, the oldest first; a draft has none."""
    if bulletin.published_at is None:
        return []
    published = bulletin.corrections.filter(status=Bulletin.Status.PUBLISHED)
    return list(published.listed().select_related("entry").order_by("signed_at", "pk"))


def corrected_by(bulletin: Bulletin) -> str:
    """What a copy of a corrected bulletin is stamped with: by which papers; "" for one that isn't corrected."""
    numbers = "、".join(row.entry.text for row in corrections_of(bulletin) if row.entry)
    return f"已更正，见{numbers}" if numbers else ""


def docx(bulletin: Bulletin) -> bytes:
    from paper.setting.bars import with_pictures
    from paper.word import write_docx

    return write_docx(with_pictures(document(bulletin), settings.DOC_FONT_DIR))


def xlsx(bulletin: Bulletin) -> bytes:
    from paper.excel import write_xlsx

    return write_xlsx(document(bulletin, most=None))


def pdf(bulletin: Bulletin) -> bytes:
    """Raises PdfUnavailable where the machine can't."""
    from paper.pdf import write_pdf

    return write_pdf(document(bulletin), settings.DOC_FONT_DIR)


def corrected(bulletin: Bulletin) -> bytes:
    """The PDF with the stamp on each page; what was published stays beside it. Raises PdfUnavailable."""
    from paper.pdf import write_pdf

    return write_pdf(replace(document(bulletin), stamped=corrected_by(bulletin)), settings.DOC_FONT_DIR)


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


def everything(bulletin: Bulletin) -> bytes:
    """All of them in one ZIP: those that are kept as they are, the others made; no PDF where the machine can't."""
    from paper.pdf import PdfUnavailable

    of, files = stamp(bulletin), []
    for suffix in BUNDLED:
        try:
            kept = getattr(bulletin, suffix) if suffix in KEPT and has(bulletin, suffix, of) else None
            data = WRITERS[suffix](bulletin) if kept is None else kept.content.open().read()
        except PdfUnavailable:
            continue
        files.append((download_name(bulletin, suffix), data))
    return bundle(files)


BUNDLED = ("pdf", "docx", "xlsx", "json")
WRITERS = {"docx": docx, "xlsx": xlsx, "json": as_json, "pdf": pdf, "zip": everything}
COPIES = {"corrected": corrected}  # of what was published, made later
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "corrected": "application/pdf",
    "pages": "application/octet-stream",
    "zip": "application/zip",
}


def file_name(bulletin: Bulletin, suffix: str) -> str:
    """What it is called on the disk; one that was withdrawn says so, beside that which took its place."""
    gone = f"-withdrawn-{bulletin.pk}" if bulletin.status == Bulletin.Status.WITHDRAWN else ""
    if suffix == "corrected":
        gone, suffix = "-corrected", "pdf"
    return f"bulletin-{bulletin.kind}-{bulletin.period}{gone}.{suffix}"


def download_name(bulletin: Bulletin, suffix: str) -> str:
    """What a person's file is called: by number and title, which names county, month and kind."""
    number = letter(bulletin).number if bulletin.published_at is not None else ""
    gone = bulletin.status == Bulletin.Status.WITHDRAWN
    if suffix == "corrected":
        return name_of(f"{bulletin.title}（{corrected_by(bulletin)}）", "pdf", number=number, withdrawn=gone)
    return name_of(bulletin.title, suffix, number=number, withdrawn=gone)


def write_files(bulletin: Bulletin, folder: Path) -> list[Path]:
    """All four files into *folder*, the PDF last. Raises PdfUnavailable when the other three are there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix in ("docx", "xlsx", "json", "pdf"):
        path = folder / download_name(bulletin, suffix)
        path.write_bytes(WRITERS[suffix](bulletin))
        written.append(path)
    return written


def stamp(bulletin: Bulletin, suffix: str = "pdf") -> str:
    """Says whether a paper of a draft is of what it says now; what was published says the same for ever, but for the
    copy that names what corrects it."""
    if suffix == "corrected":
        return hashlib.sha256(corrected_by(bulletin).encode()).hexdigest()
    framed = letter(bulletin).as_json()
    said = json.dumps([bulletin.content, bulletin.status, bulletin.number, bulletin.year, framed], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def has(bulletin: Bulletin, suffix: str, stamp: str) -> bool:
    """Whether the paper *suffix* is kept and of that *stamp*; what was published is never made anew. Older versions
    kept a PDF without one: it is thrown away with the text that it is of."""
    if getattr(bulletin, f"{suffix}_id") is None:
        return False
    frozen = bulletin.published_at is not None and suffix in FROZEN
    return frozen or bulletin.stamps.get(suffix, stamp) == stamp


@transaction.atomic
def keep_paper(bulletin: Bulletin, suffix: str, data: bytes, *, of: str, now: datetime) -> bool:
    """Keeps *data* as the paper *suffix* of the bulletin unless it was changed since it was *of* that stamp."""
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if stamp(row, suffix) != of:
        return False
    if not has(row, suffix, of):
        old = getattr(row, suffix)
        setattr(row, suffix, keep(data, file_name(row, suffix), TYPES[suffix], now=now))
        row.stamps = {**row.stamps, suffix: of}
        if suffix == "pdf" and row.published_at is not None and not row.sha256:
            row.sha256 = hashlib.sha256(data).hexdigest()
        row.save(update_fields=[suffix, "stamps", "sha256"])
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
