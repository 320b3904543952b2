from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from core.undo import Undo
from investment.leads import services
from investment.leads.models import Lead
from investment.leads.permissions import can_edit_lead
from organization.people.models import User


def _resume(lead: Lead, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.resume(lead, by=by, on=timezone.localdate(now), now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "lead_lost",
        find=Lead.objects.visible_to,
        can=can_edit_lead,
        do=_resume,
        page=lambda lead: reverse("investment:page", args=[lead.pk]),
    ),
)
