"""What a stranger with a printed copy reads of the paper: number, title, day, digest, state. Reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from dispatch.bulletins.files import corrections_of
from dispatch.bulletins.letter import letter
from dispatch.bulletins.models import Bulletin


@dataclass(frozen=True)
class Verified:
    """`digest` is the SHA-256 of the PDF that was kept first, "" until it is made."""

    number: str
    title: str
    day: str  # as it is printed
    digest: str
    state: str
    tone: str


def verified(token: str) -> Verified | None:
    """What may be said of the paper with *token*; None where there is none."""
    row = Bulletin.objects.listed().filter(token=token).exclude(published_at=None).first()
    if row is None or row.entry is None:
        return None
    state, tone = _state(row)
    return Verified(row.entry.text, row.title, letter(row).date, row.sha256, state, tone)


def _state(row: Bulletin) -> tuple[str, str]:
    if row.status == Bulletin.Status.WITHDRAWN:
        return pgettext("publication", "Withdrawn"), "red"
    if corrections_of(row):
        return gettext("Corrected"), "amber"
    return gettext("In force"), "green"
