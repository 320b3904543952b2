"""How many of what, for the navigation: one cheap query each, kept for a minute (`core.navigation`)."""

from __future__ import annotations

from django.utils import timezone

from organization.people.models import User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from projects.choices import ReportStatus
from projects.registry.models import Project
from projects.reports.models import MonthlyReport
from projects.reports.months import is_closed, owed
from projects.rules import MonthlyRules, current_period


def to_report(user: User) -> int | None:
    """The projects of own units whose report of the current month is still owed; nothing for the office, and none of a
    month that is closed."""
    units = units_of(user, *UNIT_ROLES, county=user.county)
    if not units or user.county is None:
        return None
    period = current_period(timezone.localdate(), rules_of(user.county)[MonthlyRules])
    if is_closed(user.county, period):
        return 0
    return owed(user.county, period).filter(pk__in=Project.objects.editable_by(user).values("pk")).count()


def to_review(user: User) -> int:
    """Reports that wait for the office, of all months."""
    return MonthlyReport.objects.waiting(user.county).count()


def to_approve(user: User) -> int:
    """Reports of sponsored projects that wait for the leader."""
    mine = Project.objects.sponsored_by(user).values("pk")
    waiting = MonthlyReport.objects.waiting(user.county)
    return waiting.filter(project__in=mine, status=ReportStatus.SUBMITTED).count()
