from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.people.models import User
from organization.units.models import Unit
from projects.choices import ReportSource, ReportStatus
from projects.registry.models import Project

if TYPE_CHECKING:
    from core.days.periods import Period

WAITING = (ReportStatus.SUBMITTED, ReportStatus.APPROVED)


class MonthlyReportQuerySet(models.QuerySet["MonthlyReport"]):
    def counted(self) -> MonthlyReportQuerySet:
        """Those that figures are made of: accepted by the office."""
        return self.filter(status=ReportStatus.ACCEPTED)

    def with_total(self) -> MonthlyReportQuerySet:
        """The counted ones that know the year so far: a month that was emptied takes nothing from those before it."""
        return self.counted().filter(works_ytd__isnull=False)

    def of_month(self, period: Period) -> MonthlyReportQuerySet:
        return self.filter(month=str(period))

    def of_county(self, county: Unit | int, period: Period, *states: str) -> MonthlyReportQuerySet:
        """The reports of the month *period* of *county*'s projects; if *states* are named, those that stand so."""
        found = self.filter(county=county, month=str(period))
        return found.filter(status__in=states) if states else found

    def waiting(self, county: Unit | None) -> MonthlyReportQuerySet:
        """Those of *county* that wait for a sponsor or the office, of all months."""
        return self.filter(county=county, status__in=WAITING)

    def as_of(self, period: Period) -> MonthlyReportQuerySet:
        """For each project the last counted report of the year up to the month *period*: one row a project."""
        counted = self.counted().filter(month__gte=f"{period.year}-01", month__lte=period.months()[-1])
        newest = counted.filter(project=models.OuterRef("project")).order_by("-month").values("pk")[:1]
        return counted.filter(pk=models.Subquery(newest))


class MonthlyReport(models.Model):
    """What a project did in a month (P09). Amounts are whole yuan; `works_ytd` is January to this month.

    Four measures are four fields and are never mixed: works done 工程, statistics 统计, funds in 到位,
    paid out 支付. `works` is null where a ledger gave only the year to date.
    """

    # The project's, which never moves to another; an index below begins with it.
    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="reports", db_index=False)
    month = models.CharField(_("month"), max_length=7)  # 2024-05
    works = models.BigIntegerField(_("works done in the month"), null=True, blank=True)
    works_before = models.BigIntegerField(_("works done earlier in the year"), default=0)
    works_ytd = models.BigIntegerField(_("works done in the year so far"), null=True, blank=True)
    # A ledger gave month and year to date: what was done earlier is their difference, not the sum of the months.
    stated = models.BooleanField(default=False)
    statistics_ytd = models.BigIntegerField(_("statistics investment of the year so far"), null=True, blank=True)
    funds_ytd = models.BigIntegerField(_("funds in, year so far"), null=True, blank=True)
    paid_ytd = models.BigIntegerField(_("paid out, year so far"), null=True, blank=True)
    progress = models.TextField(_("image progress"), blank=True)
    problem = models.TextField(_("problems"), blank=True)
    request = models.TextField(_("matters to be coordinated"), blank=True)
    explanation = models.CharField(_("explanation of unusual figures"), max_length=300, blank=True)
    unchanged = models.BooleanField(_("nothing changed"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    source = models.CharField(max_length=8, choices=ReportSource, default=ReportSource.PERSON)
    return_reason = models.CharField(_("reason of the return"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(_("approved by the sponsor at"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, db_index=False
    )

    objects = MonthlyReportQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["county"], no_db_index=["submitted_by", "approved_by", "accepted_by", "updated_by"]
    )

    class Meta:
        ordering = ["-month"]
        indexes = [
            # A county's month lies together there, with all that counts of it ask: no report is read for them.
            models.Index(fields=["county", "month", "status", "project"]),
            models.Index(fields=["county", "status"], condition=Q(status__in=WAITING), name="report_waits"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="report_once_a_month"),
            models.CheckConstraint(
                condition=Q(works__isnull=True) | Q(works_ytd=F("works_before") + F("works")),
                name="report_year_to_date_is_earlier_plus_month",
            ),
        ]

    def __str__(self) -> str:
        return self.project.name
