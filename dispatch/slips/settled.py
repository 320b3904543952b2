"""A slip is answered or withdrawn: nobody is asked for the answer any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.amounts import figures
from core.settled import Matter, Settled, Words
from dispatch.slips.models import Slip


def _became(matters: Sequence[Matter]) -> Words:
    found = Slip.objects.filter(status__in=(Slip.Status.ANSWERED, Slip.Status.WITHDRAWN)).select_related("answered_by")
    rows = found.in_bulk([one.about for one in matters])
    words = {}
    for one in matters:
        if (row := rows.get(one.about)) is None:
            continue
        if row.status == Slip.Status.ANSWERED:
            said = {"who": row.answered_by or _("The system"), "when": one.when(row.answered_at)}
            words[one] = _("%(who)s answered, %(when)s") % said
        else:
            day = figures.day(row.closed_on, figures.local(one.at))
            words[one] = _("%(what)s, %(day)s") % {"what": row.get_status_display(), "day": day}
    return words


SETTLES = (Settled(("slip_issued",), _became),)
