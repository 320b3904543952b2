"""What a leader asked is answered, accepted or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.amounts import figures
from core.settled import Matter, Settled, Words
from dispatch.instructions.models import Instruction, Status


def _became(matters: Sequence[Matter], *waits: Status) -> Words:
    found = Instruction.objects.exclude(status__in=waits).select_related("answered_by")
    rows = found.in_bulk([one.about for one in matters])
    words = {}
    for one in matters:
        if (row := rows.get(one.about)) is None:
            continue
        if row.status == Status.ANSWERED:
            said = {"who": row.answered_by or _("The system"), "when": one.when(row.answered_at)}
            words[one] = _("%(who)s answered, %(when)s") % said
        else:
            day = figures.day(row.closed_on, figures.local(one.at))
            words[one] = _("%(what)s, %(day)s") % {"what": row.get_status_display(), "day": day}
    return words


SETTLED = (
    Settled(
        ("instruction_given", "instruction_asked_again", "instruction_late"),
        lambda matters: _became(matters, Status.OPEN),
    ),
    Settled(("instruction_answered",), lambda matters: _became(matters, Status.OPEN, Status.ANSWERED)),
)
