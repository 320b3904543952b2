from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.people.models import User
from projects.entries import services
from projects.entries.models import EntryProposal
from projects.entries.permissions import can_answer_entry


def _find(user: User) -> QuerySet[EntryProposal]:
    return EntryProposal.objects.visible_to(user).select_related("project__county")


def _reopen(proposal: EntryProposal, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.reopen_proposal(proposal, by=by, now=now, version=version)


UNDO = (
    Undo(
        "entry_returned",
        find=_find,
        can=can_answer_entry,
        do=_reopen,
        page=lambda proposal: reverse("projects:entries"),
    ),
)
