"""Files: as they came in, kept once each and found again by their content; made by us, kept as long as wanted."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any

import filetype
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from core.away import keeping
from core.models import StoredFile
from core.pictures.papers import check_paper

TEXT = "text/plain"


def largest_upload() -> int:
    """The bytes that an uploaded file may have: UPLOAD_MEGABYTES of the site."""
    return settings.UPLOAD_MEGABYTES * 2**20


def store(content: bytes, name: str, *, by: Any, now: datetime) -> StoredFile:
    """Keeps *content*; the same bytes under the same name of the same person are kept once.

    The type is that of the content, whatever the name says. On disk the name is the content's own hash. Refused, where
    it is a PDF that acts by itself when somebody opens it.
    """
    name = PurePath(name.replace("\\", "/")).name[-255:] or "file"
    digest = hashlib.sha256(content).hexdigest()
    same = StoredFile.objects.filter(sha256=digest, name=name, uploaded_by=by).first()
    if same is not None:
        return same
    check_paper(content, name)
    keeping()
    stored = StoredFile(
        name=name,
        kind=kind_of(content),
        size=len(content),
        sha256=digest,
        uploaded_by=by,
        uploaded_at=now,
    )
    stored.content.save(f"{digest[:20]}{PurePath(name).suffix.lower()[:10]}", ContentFile(content), save=False)
    stored.save()
    return stored


def kind_of(content: bytes) -> str:
    """The type of *content*, whatever its name says; text, where it is none that is known."""
    guess = filetype.guess(content[:8192])
    return str(guess.mime) if guess else TEXT


def keep(content: bytes, name: str, kind: str, *, now: datetime) -> StoredFile:
    """Keeps *content*, which we made ourselves: each time another file, so that it can be thrown away."""
    return StoredFile.objects.create(
        content=ContentFile(content, name=name),
        name=name,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=now,
    )


def throw_away(file: StoredFile) -> None:
    """A file that we made is wanted no more; it leaves the disk when the transaction is through."""
    storage, name = file.content.storage, str(file.content.name)
    file.delete()
    transaction.on_commit(lambda: storage.delete(name))
