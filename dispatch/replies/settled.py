"""A reply that was asked for was given, or nothing is asked any more; one that was given was accepted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.replies.models import Reply

Status = Reply.Status


def _found(matters: Sequence[Matter]) -> dict[int, Reply]:
    return Reply.objects.select_related("answered_by").in_bulk([one.about for one in matters])


def _asked(matters: Sequence[Matter]) -> Words:
    rows, words = _found(matters), {}
    for one in matters:
        row = rows.get(one.about)
        if row is None or row.status == Status.OPEN:
            continue
        if row.status == Status.WITHDRAWN:
            words[one] = _("Nothing is asked any more")
        else:
            said = _("%(who)s replied, %(when)s")
            words[one] = said % {"who": row.answered_by, "when": one.when(row.answered_at)}
    return words


def _given(matters: Sequence[Matter]) -> Words:
    rows = _found(matters)
    found = {one: rows[one.about] for one in matters if one.about in rows}
    return {
        one: _("Settled") if row.status == Status.ACCEPTED else _("Asked again")
        for one, row in found.items()
        if row.status != Status.ANSWERED
    }


SETTLES = (Settled(("reply_asked",), _asked), Settled(("reply_given",), _given))
