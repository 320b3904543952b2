"""A mistake in a published bulletin is put right by a paper of its own: it is drafted here and goes the way of every
bulletin. What was published is never changed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import noted
from core.refusals import NeedsReason, Wrong, require, unseen
from dispatch.bulletins.letter import letter
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.names import title_of_correction
from dispatch.bulletins.permissions import can_correct_bulletin
from dispatch.corrections.places import places, sentences
from organization.people.models import User

KIND = "correction"
LONGEST = 200


@transaction.atomic
def draft_correction(
    bulletin: Bulletin, *, stood: str, right: str, why: str, by: User, now: datetime, version: int
) -> Bulletin:
    """The draft of the paper that says what *stood* in the published *bulletin*, what is *right*, and *why*.

    Raises NotAllowed, Stale, NeedsReason, Wrong where *stood* stands nowhere, or in several places.
    """
    row = Bulletin.objects.select_for_update(of=("self",)).select_related("county", "entry").get(pk=bulletin.pk)
    unseen(row, version)
    require(can_correct_bulletin(by, row))
    stood, right, why = (said.strip() for said in (stood, right, why))
    place = _place(row, stood, right)
    if not why:
        raise NeedsReason(_("Write why it was wrong: the paper says so"), ["why"])
    framed = letter(row)
    with translation.override(settings.LANGUAGE_CODE):
        paragraphs = [[{"text": said}] for said in sentences(row.title, framed.number, place, stood, right, why)]
    blocks = [{"key": KIND, "kind": "text", "heading": "", "paragraphs": paragraphs, "version": 1, "edited": False}]
    made = Bulletin.objects.create(
        county=row.county,
        kind=KIND,
        period=row.period,
        corrects=row,
        title=title_of_correction(row.title),
        year=row.year,
        draft=blocks,
        content=blocks,
        drafted_at=now,
    )
    noted.note("bulletin_corrected", row, by=by, now=now, detail={"reason": why})
    return made


def _place(row: Bulletin, stood: str, right: str) -> str:
    """The one place in which *stood* stands."""
    wrong = {}
    found = places(row.content, row.title, stood) if stood else []
    if not stood:
        wrong["stood"] = _("Copy what stands there, word by word")
    elif len(stood) > LONGEST or len(right) > LONGEST:
        wrong["stood"] = _("At most %(n)s characters") % {"n": LONGEST}
    elif not found:
        wrong["stood"] = _("The bulletin doesn't say this: copy it word by word")
    elif len(found) > 1:
        said = _("It stands in %(n)s places (%(places)s): copy more of the sentence")
        wrong["stood"] = said % {"n": len(found), "places": _("; ").join(found[:5])}
    if not right:
        wrong["right"] = _("Write what should stand there")
    elif right == stood:
        wrong["right"] = _("This is what stands there already")
    if wrong:
        raise Wrong(wrong)
    return found[0]
