from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.ledger.models import LedgerImport
from projects.ledger.permissions import can_import
from projects.ledger.taking_back import take_back


def _find(user: User) -> QuerySet[LedgerImport]:
    return LedgerImport.objects.filter(county=user.county).select_related("county")


def _can(user: User, ledger: LedgerImport) -> Answer:
    return can_import(user, ledger.county)


def _take_back(ledger: LedgerImport, *, by: User, now: datetime, reason: str, version: int) -> None:
    take_back(ledger, by=by, now=now, reason=reason, whole=True)


def _page(ledger: LedgerImport) -> str:
    """Where something stays the page says what, and takes the rest back."""
    stored = LedgerImport.objects.filter(pk=ledger.pk, status=LedgerImport.Status.STORED).exists()
    return reverse("projects:import_take_back" if stored else "projects:import", args=[ledger.pk])


UNDO = (
    Undo(
        "ledger_stored",
        find=_find,
        can=_can,
        do=_take_back,
        page=_page,
    ),
)
