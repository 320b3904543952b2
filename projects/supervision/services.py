"""Notes of supervision: written, answered."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import services as flow
from core.records.history import keep
from core.refusals import Wrong, require, unseen
from core.told import tell
from organization.people.models import User
from projects.registry.models import Project
from projects.supervision.models import SupervisionNote
from projects.supervision.permissions import can_answer_supervision, can_note_supervision


@transaction.atomic
def note_supervision(
    project: Project, *, text: str, by: User, on: date, now: datetime, answer_by: date | None = None
) -> SupervisionNote:
    """Write down what supervision saw on *on*; with *answer_by* the unit owes an answer by that day."""
    require(can_note_supervision(by, project))
    flow.happened(on, now)
    if not text.strip():
        raise Wrong({"text": _("Write what was seen")})
    if answer_by and answer_by < timezone.localdate(now):
        raise Wrong({"answer_by": _("This day is over: give the unit time to answer")})
    note = SupervisionNote(project=project, text=text.strip(), on=on, by=by, noted_at=now, answer_by=answer_by)
    keep(note, by=by, now=now)
    tell("supervision_noted", note, by=by, now=now, why=note.text)
    return note


@transaction.atomic
def answer_supervision(
    note: SupervisionNote, *, text: str, by: User, now: datetime, version: int | None = None
) -> SupervisionNote:
    """The unit's answer: who wrote the note is told."""
    fresh = SupervisionNote.objects.select_for_update().get(pk=note.pk)
    unseen(fresh, version)
    require(can_answer_supervision(by, fresh))
    if not text.strip():
        raise Wrong({"text": _("Write what was done")})
    fresh.answer, fresh.answered_by, fresh.answered_at = text.strip(), by, now
    fresh.version += 1
    keep(fresh, by=by, now=now)
    tell("supervision_answered", fresh, by=by, now=now, why=fresh.answer)
    return fresh
