"""The signing sheet (发文稿纸) of a paper: what it is, who drafted, checked and signed it. Reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.bulletins.files import document
from dispatch.bulletins.letter import sending_of
from dispatch.bulletins.models import Bulletin, BulletinEdit
from dispatch.bulletins.permissions import signer_name
from dispatch.numbers.models import Disclosure
from dispatch.numbers.sending import Sending
from paper.document import Document


@dataclass(frozen=True)
class Hand:
    """Who put a hand to it, and when; empty where nobody has: there is room for a pen."""

    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    paper: Document
    sending: Sending
    disclosure: str
    signed: Hand
    to_sign: str  # whose signature it waits for
    checked: Hand
    drafted: tuple[Hand, ...]


def sheet(bulletin: Bulletin) -> Sheet:
    """Drafted by whoever wrote in it, checked by who sent it, signed by who signed."""
    sending = sending_of(bulletin)
    whole = {*BulletinEdit.Deed.values, "unfinished", "correction", "withdrawn"}
    wrote: dict[int, Hand] = {}
    for edit in bulletin.edits.exclude(block__in=whole).select_related("by").order_by("at", "pk"):
        wrote[edit.by_id] = Hand(str(edit.by), edit.at)
    sent = bulletin.submitted_by
    return Sheet(
        paper=document(bulletin),
        sending=sending,
        disclosure=str(Disclosure(sending.disclosure).label) if sending.disclosure else "",
        signed=Hand(str(bulletin.signed_by), bulletin.signed_at) if bulletin.signed_by else Hand(),
        to_sign=signer_name(bulletin.signer) if bulletin.signer and not bulletin.signed_by else "",
        checked=Hand(str(sent), bulletin.submitted_at) if sent else Hand(),
        drafted=tuple(wrote.values()) or (Hand("", bulletin.drafted_at),),
    )
