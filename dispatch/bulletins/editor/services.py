"""Who edits a bulletin, and what is changed about its make: the sections it has, what they are called, its title."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.records.files import throw_away
from core.refusals import require, unseen
from dispatch.bulletins.editor.models import Moment, Sitting
from dispatch.bulletins.editor.pages import tables_anew
from dispatch.bulletins.editor.sitting import demand_turn, others, sit
from dispatch.bulletins.editor.structure import Shape, content_of, demand_shape, differences, worded
from dispatch.bulletins.editor.versions import parts_of
from dispatch.bulletins.files import forget_papers
from dispatch.bulletins.letter import letter, words_of
from dispatch.bulletins.models import Bulletin, BulletinEdit
from dispatch.bulletins.permissions import can_draft_bulletin, can_edit_bulletin
from organization.people.models import User


def _locked(bulletin: Bulletin, by: User, version: int | None = None) -> Bulletin:
    row = Bulletin.objects.select_for_update(of=("self",)).select_related("county").get(pk=bulletin.pk)
    require(can_draft_bulletin(by, row.county))
    unseen(row, version, _("Meanwhile the bulletin was changed. Nothing was done: read it as it stands."))
    require(can_edit_bulletin(by, row))
    return row


@transaction.atomic
def keep_turn(bulletin: Bulletin, *, by: User, now: datetime) -> Sitting | None:
    """*by* has the page open and edits, unless somebody else does: None. Raises NotAllowed."""
    row = _locked(bulletin, by)
    return None if others(row, by, now=now) else sit(row, by, now=now)


@transaction.atomic
def take_over(bulletin: Bulletin, *, by: User, now: datetime, version: int) -> Sitting:
    """*by* edits from here on, instead of who did; what it said at that moment is kept. Raises NotAllowed, Stale."""
    row = _locked(bulletin, by, version)
    if (other := others(row, by, now=now)) is not None:
        keep_moment(row, Moment.What.TAKEN_OVER, by=by, now=now)
        deed = BulletinEdit.Deed.TAKEN_OVER
        BulletinEdit.objects.create(bulletin=row, block=deed, old=str(other.by), new=str(by), by=by, at=now)
    return sit(row, by, now=now)


@transaction.atomic
def reshape_bulletin(bulletin: Bulletin, shape: Shape, *, by: User, now: datetime, version: int) -> Bulletin:
    """The bulletin is made as *shape* says: what is left out is kept, and comes back with another shape.

    Raises NotAllowed, Stale, Taken, Wrong.
    """
    row = _locked(bulletin, by, version)
    demand_turn(row, by, now=now)
    demand_shape(shape)
    before, was = (letter(row).as_json(), row.content), row.shape
    if shape.get("columns", {}) != row.shape.get("columns", {}):
        _set_tables(row, shape)
    row.shape = dict(shape)
    row.content = content_of(row.draft, row.content, row.shape)
    framed = letter(row)
    row.title = "".join(framed.title_lines)
    changes = differences(before, (framed.as_json(), row.content))
    if not changes and row.shape == was:
        return row
    BulletinEdit.objects.bulk_create(
        BulletinEdit(bulletin=row, block=what[:40], old=old, new=new, by=by, at=now) for what, old, new in changes
    )
    old_papers = forget_papers(row)
    row.version += 1
    row.save()
    for file in old_papers:
        throw_away(file)
    return row


def _set_tables(row: Bulletin, shape: Shape) -> None:
    """The tables of *row* anew from its own figures, with the columns that *shape* chose."""
    row.draft = tables_anew(row, worded(words_of(row), shape))


def keep_moment(row: Bulletin, what: str, *, by: User, now: datetime) -> None:
    """Keeps what *row*, which is locked, says now, to be compared later."""
    parts = parts_of(row.content, letter(row).as_json())
    Moment.objects.create(bulletin=row, what=what, parts=parts, by=by, at=now)
