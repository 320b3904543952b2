"""A proposal for the statistics is answered, or made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from projects.entries.models import EntryProposal

Status = EntryProposal.Status


def _said(one: Matter, who: Any, when: datetime | None) -> dict[str, Any]:
    return {"who": who or _("The system"), "when": one.when(when)}


def _answered(matters: Sequence[Matter]) -> Words:
    found = EntryProposal.objects.exclude(status=Status.WAITING).select_related("answered_by")
    by_key = found.in_bulk([one.about for one in matters])
    told = {
        Status.CONFIRMED: _("%(who)s confirmed it, %(when)s"),
        Status.RETURNED: _("%(who)s returned it, %(when)s"),
        Status.WITHDRAWN: _("The proposal is taken back"),
    }
    answered = ((one, by_key[one.about]) for one in matters if one.about in by_key)
    return {one: told[Status(row.status)] % _said(one, row.answered_by, row.answered_at) for one, row in answered}


def _again(matters: Sequence[Matter]) -> Words:
    """What was returned waits again, or a newer one of the same project was made."""
    returned = EntryProposal.objects.in_bulk([one.about for one in matters])
    of_project: dict[int, list[EntryProposal]] = {}
    rows = EntryProposal.objects.filter(project__in={row.project_id for row in returned.values()})
    for row in rows.select_related("proposed_by").order_by("pk"):
        of_project.setdefault(row.project_id, []).append(row)
    words = {}
    for one in matters:
        if (own := returned.get(one.about)) is None:
            continue
        newest = of_project[own.project_id][-1]
        if newest.pk > own.pk:
            words[one] = _("%(who)s proposed it again, %(when)s") % _said(one, newest.proposed_by, newest.proposed_at)
        elif own.status != Status.RETURNED:
            words[one] = _("The proposal waits again")
    return words


SETTLED = (Settled(("entry_proposed",), _answered), Settled(("entry_returned",), _again))
