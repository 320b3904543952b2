"""How many of what, for the navigation: one cheap query each, kept for a minute (`core.navigation`)."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from projects.choices import ReportStatus
from projects.registry.models import Project
from projects.reports.models import MonthlyReport
from projects.reports.months import EDITABLE, WAITING, expected
from projects.rules import MonthlyRules, current_period


def to_report(user: User) -> int | None:
    """The projects of own units whose report of the current month is still owed; nothing for the office."""
    units = units_of(user, *UNIT_ROLES, county=user.county)
    if not units or user.county is None:
        return None
    period = current_period(timezone.localdate(), rules_of(user.county)[MonthlyRules])
    owed = expected(user.county, period).filter(pk__in=Project.objects.editable_by(user).values("pk"))
    return owed.filter(Q(report_status__isnull=True) | Q(report_status__in=EDITABLE)).count()


def to_review(user: User) -> int:
    """Reports that wait for the office, of all months: counted project by project, by index."""
    its = MonthlyReport.objects.filter(project=OuterRef("pk"), status__in=WAITING).order_by().values("project")
    projects = Project.objects.filter(county=user.county).order_by()
    found = projects.annotate(waiting=Subquery(its.annotate(n=Count("pk")).values("n")))
    return int(found.aggregate(n=Sum("waiting"))["n"] or 0)


def to_approve(user: User) -> int:
    """Reports of sponsored projects that wait for the leader."""
    mine = Project.objects.sponsored_by(user).values("pk")
    return MonthlyReport.objects.filter(project__in=mine, status=ReportStatus.SUBMITTED).count()
