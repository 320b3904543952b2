"""A visit is withdrawn; a report to a leader is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from projects.sponsorship.models import LeaderReport, Visit


def _withdrawn(matters: Sequence[Matter]) -> Words:
    found = Visit.objects.exclude(withdrawn_at=None).select_related("withdrawn_by")
    visits = found.in_bulk([one.about for one in matters])
    return {
        one: _("%(who)s withdrew the visit, %(when)s")
        % {"who": visit.withdrawn_by or _("The system"), "when": one.when(visit.withdrawn_at)}
        for one in matters
        if (visit := visits.get(one.about))
    }


def _recalled(matters: Sequence[Matter]) -> Words:
    rows = LeaderReport.objects.filter(sent_at=None).in_bulk([one.about for one in matters])
    return {one: _("The report was taken back") for one in matters if one.about in rows}


SETTLES = (Settled(("visit_settled",), _withdrawn), Settled(("leader_report",), _recalled))
