"""An item that was left out is taken back onto the checklist."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.approvals.models import LEFT_OUT, ApprovalItem, ItemState
from projects.approvals.permissions import can_set_item
from projects.approvals.services import set_item


def _find(user: User) -> QuerySet[ApprovalItem]:
    return ApprovalItem.objects.visible_to(user).filter(state__in=LEFT_OUT).select_related("project")


def _can(user: User, item: ApprovalItem) -> Answer:
    return can_set_item(user, item, ItemState.OPEN)


def _take_in(item: ApprovalItem, *, by: User, now: datetime, reason: str, version: int | None = None) -> ApprovalItem:
    today = timezone.localdate(now)
    return set_item(item, state=ItemState.OPEN, by=by, on=today, now=now, reason="", version=version)


UNDO = (
    Undo(
        "approval_item_left_out",
        find=_find,
        can=_can,
        do=_take_in,
        page=lambda item: reverse("projects:checklist", args=[item.project_id]),
    ),
)
