from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from core.undo import Undo
from dispatch.bulletins import services
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_bring_back, can_recall_bulletin
from organization.people.models import User


def _bring_back(bulletin: Bulletin, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.bring_back(bulletin, by=by, now=now, reason=reason, version=version)


def _recall(bulletin: Bulletin, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.recall_bulletin(bulletin, by=by, now=now, reason=reason, version=version)


UNDO = (
    Undo(
        "bulletin_submitted",
        find=Bulletin.objects.visible_to,
        can=can_recall_bulletin,
        do=_recall,
        page=lambda bulletin: reverse("dispatch:bulletin", args=[bulletin.pk]),
    ),
    Undo(
        "draft_deleted",
        find=Bulletin.objects.visible_to,
        can=can_bring_back,
        do=_bring_back,
        page=lambda bulletin: reverse("dispatch:bulletin", args=[bulletin.pk]),
    ),
)
