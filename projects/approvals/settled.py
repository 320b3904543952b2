"""What was refused is submitted again or obtained; what was to end holds longer, or works have begun."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from projects.approvals.models import ApprovalItem, ItemState
from projects.registry.models import Approval


def _taken_up(matters: Sequence[Matter]) -> Words:
    """The item isn't refused any more."""
    found = ApprovalItem.objects.with_document().in_bulk([one.about for one in matters])
    said: dict[Matter, str] = {}
    for one in matters:
        if (item := found.get(one.about)) is None:
            continue
        if item.obtained_on:  # type: ignore[attr-defined]  # of `with_document`
            said[one] = _("It has been obtained")
        elif item.state != ItemState.REFUSED:
            said[one] = _("It is no longer refused: %(state)s") % {"state": item.get_state_display()}
    return said


def _holds(matters: Sequence[Matter]) -> Words:
    """Works have begun, or the validity was prolonged since."""
    found = Approval.objects.select_related("project").in_bulk([one.about for one in matters])
    said: dict[Matter, str] = {}
    for one in matters:
        if (approval := found.get(one.about)) is None:
            continue
        told = approval.history.filter(history_date__lte=one.at).order_by("-history_id").first()
        until = told.valid_until if told else None
        if approval.project.started_on is not None:
            said[one] = _("Works have begun, %(day)s") % {"day": f"{approval.project.started_on:%Y-%m-%d}"}
        elif until != approval.valid_until and (
            approval.valid_until or timezone.localdate(one.at)
        ) >= timezone.localdate(one.at):
            said[one] = _("Its validity was changed since")
    return said


SETTLES = (Settled(("approval_item_refused",), _taken_up), Settled(("approval_ending",), _holds))
