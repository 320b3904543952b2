"""A note of supervision is answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from projects.supervision.models import SupervisionNote


def _answered(matters: Sequence[Matter]) -> Words:
    found = SupervisionNote.objects.filter(answered_at__isnull=False).select_related("answered_by")
    notes = found.in_bulk([one.about for one in matters])
    return {
        one: _("%(who)s answered, %(when)s")
        % {"who": note.answered_by or _("The system"), "when": one.when(note.answered_at)}
        for one in matters
        if (note := notes.get(one.about))
    }


SETTLED = (Settled(("supervision_noted",), _answered),)
