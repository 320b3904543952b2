from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from core.days.periods import Period
from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.registry.months.models import ReportingMonth
from projects.reports import closing
from projects.reports.permissions import can_reopen_month


def _find(user: User) -> QuerySet[ReportingMonth]:
    return ReportingMonth.objects.filter(county=user.county).select_related("county")


def _can(user: User, month: ReportingMonth) -> Answer:
    return can_reopen_month(user, month.county)


def _reopen(month: ReportingMonth, *, by: User, now: datetime, reason: str, version: int) -> None:
    closing.reopen_month(month.county, Period.parse(month.month), by=by, now=now, reason=reason)


UNDO = (
    Undo(
        "month_closed",
        find=_find,
        can=_can,
        do=_reopen,
        page=lambda month: reverse("projects:review", args=[month.month]),
    ),
)
