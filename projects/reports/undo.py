from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.models import Done
from core.undo import Undo
from organization.people.models import User
from organization.permissions import Answer
from projects.registry.models import Project
from projects.registry.months.models import ReportingMonth
from projects.reports import closing, services
from projects.reports.models import MonthlyReport
from projects.reports.permissions import can_reopen_month, can_take_back_report
from projects.reports.sent import SENT, take_back_sent


def _find(user: User) -> QuerySet[ReportingMonth]:
    return ReportingMonth.objects.filter(county=user.county).select_related("county")


def _can(user: User, month: ReportingMonth) -> Answer:
    return can_reopen_month(user, month.county)


def _reopen(month: ReportingMonth, *, by: User, now: datetime, reason: str, version: int) -> None:
    closing.reopen_month(month.county, Period.parse(month.month), by=by, now=now, reason=reason)


def _reports(user: User) -> QuerySet[MonthlyReport]:
    found = MonthlyReport.objects.filter(project__in=Project.objects.visible_to(user).values("pk"))
    return found.select_related("project__lead_unit", "project__county")


def _take_back(report: MonthlyReport, *, by: User, now: datetime, reason: str, version: int) -> None:
    services.take_back(report, by=by, now=now, version=version)


def _sent(user: User) -> QuerySet[Done]:
    return Done.objects.filter(key=SENT, by=user)


def _can_take_back_sent(user: User, done: Done) -> Answer:
    """Each report is asked for again."""
    return Answer(done.by_id == user.pk, _("Only who submitted them takes them back together."))


UNDO = (
    Undo(
        "report_submitted",
        find=_reports,
        can=can_take_back_report,
        do=_take_back,
        page=lambda report: reverse("projects:report", args=[report.project_id, report.month]),
    ),
    Undo(
        SENT,
        find=_sent,
        can=_can_take_back_sent,
        do=take_back_sent,
        page=lambda done: done.rows[0]["grid"],
        many=True,
    ),
    Undo(
        "month_closed",
        find=_find,
        can=_can,
        do=_reopen,
        page=lambda month: reverse("projects:review", args=[month.month]),
    ),
)
