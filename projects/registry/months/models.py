from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.days.periods import Period
from core.web.once import once
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import Stage, State
from projects.lights import code_of
from projects.registry.models import Project

if TYPE_CHECKING:
    from projects.rules import LightRules


class Fact(models.TextChoices):
    """The facts of a project that a month's row shows as they stood at its end."""

    LEAD_UNIT = "lead_unit", _("lead unit")
    COMPETENT_UNIT = "competent_unit", _("competent department")
    STAGE = "stage", _("stage")
    STATE = "state", _("state")
    PACKAGE = "package", _("package")
    TOTAL = "total_investment", _("total investment")
    PLAN = "plan", _("plan of the year")
    PLANNED_START = "planned_start", _("planned start")
    PLANNED_COMPLETION = "planned_completion", _("planned completion")
    STARTED = "started_on", _("substantial start on")
    ENTERED = "entered_on", _("in statistics since")
    COMPLETED = "completed_on", _("completed on")


class FormerFact(models.Model):
    """A change of a fact of a project, with what it was before: what it is now stands with the project and its plans.

    It changed on `on`; figures take it from `until` on, over all that was typed before. The two differ where the
    change was dated into a closed month: it counts from the first month behind those, until the office corrects that.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="former_facts", db_index=False)
    fact = models.CharField(_("fact"), max_length=20, choices=Fact)
    year = models.PositiveSmallIntegerField(_("year"), default=0)  # of a plan
    unit_was = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    day_was = models.DateField(null=True, blank=True)
    amount_was = models.BigIntegerField(null=True, blank=True)  # yuan
    text_was = models.CharField(max_length=10, blank=True)
    project_was = models.ForeignKey(Project, models.RESTRICT, null=True, blank=True, related_name="+", db_index=False)
    on = models.DateField(_("changed on"))
    until = models.DateField(_("counts until"))
    at = models.DateTimeField(_("typed at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]  # as they were typed
        indexes = [models.Index(fields=["project", "id"])]  # in the order in which they were typed


#: That a row counts in the figures of its month.
COUNTED = Q(state=State.ACTIVE, over=False, packs=False)


class ProjectMonthQuerySet(models.QuerySet["ProjectMonth"]):
    def of(self, county: Unit | int, period: Period) -> ProjectMonthQuerySet:
        """How the projects of *county* stood at the end of *period*, each once."""
        return self.filter(county=county, month=period.months()[-1])

    def newest(self, county: Unit | int, until: Period) -> str | None:
        """The newest month up to *until* of which *county* has an accepted report."""
        months = self.filter(county=county, reported=True, month__lte=until.months()[-1]).order_by("-month")
        return months.values_list("month", flat=True).first()

    def counted(self) -> ProjectMonthQuerySet:
        """Those that figures are made of: pursued at the month's end, not completed in an earlier year, and no
        package, whose parts are counted."""
        return self.filter(COUNTED)

    def with_light(self, period: Period, rules: LightRules) -> models.QuerySet[Any]:
        """Adds `light`, the code of the light at the end of *period* (`projects.lights`)."""
        found: models.QuerySet[Any] = self.annotate(light=code_of(period, rules))
        return found


class ProjectMonth(models.Model):
    """How a project stood at the end of a month: what every page of that month is made of. Amounts are whole yuan.

    Made of the project, its plans, its accepted reports and its former facts, and of nothing else
    (`projects.registry.months.rows`): written by `follow` in the transaction that changes one of them.
    """

    # A row comes a month and project: each index more is paid by every import. Keys have none of their own.
    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="months", db_index=False)
    month = models.CharField(_("month"), max_length=7)  # 2024-05
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("lead unit"), db_index=False)
    competent_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("competent department"), db_index=False
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    state = models.CharField(_("state"), max_length=10, choices=State)
    package = models.ForeignKey(  # as with the project: a package's own is itself
        Project, models.RESTRICT, null=True, related_name="+", verbose_name=_("package"), db_index=False
    )
    total_investment = models.BigIntegerField(_("total investment"), null=True)
    plan = models.BigIntegerField(_("plan of the year"), null=True)
    # The first planned start of the year that stood at a month's end, or that had passed when it was put off: a
    # postponement doesn't lift it.
    first_start = models.DateField(_("first planned start"), null=True)
    planned_start = models.DateField(_("planned start"), null=True)
    planned_completion = models.DateField(_("planned completion"), null=True)
    started_on = models.DateField(_("substantial start on"), null=True)
    entered_on = models.DateField(_("in statistics since"), null=True)
    completed_on = models.DateField(_("completed on"), null=True)
    # By the accepted reports of the year up to the month: None where there is none that knows it.
    done = models.BigIntegerField(_("works done in the year so far"), null=True)
    done_month = models.CharField(max_length=7, null=True)
    statistics_ytd = models.BigIntegerField(_("statistics investment of the year so far"), null=True)
    funds_ytd = models.BigIntegerField(_("funds in, year so far"), null=True)
    paid_ytd = models.BigIntegerField(_("paid out, year so far"), null=True)
    reported = models.BooleanField(default=False)  # the month's own report is accepted
    over = models.BooleanField(default=False)  # completed in an earlier year: it counts no more
    # Of the milestones that weren't reached by then the earliest day, as they were planned then.
    node_due = models.DateField(_("milestone due on"), null=True)
    node_late = models.PositiveSmallIntegerField(_("working days that the milestone is late"), null=True)
    node_risk = models.DateField(_("milestone at risk from"), null=True)  # `months.rows.nodes_of`
    node_said = models.TextField(null=True)  # what these milestones were called, as JSON
    packs = models.BooleanField(default=False)  # a package: its parts are counted in its stead
    version = models.PositiveIntegerField(default=1, editable=False)  # each write raises it (`core.records.marks`)

    objects = ProjectMonthQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "month"], name="project_month_once")]
        indexes = [
            models.Index(fields=["county", "month", "lead_unit", "version"]),
            models.Index(fields=["county", "month"], condition=Q(reported=True), name="project_month_reported"),
        ]


class Drafting(models.Model):
    """That a county's plans of a year are drafts only: from `since` on and before `until` (none: still) they count in
    no month that ends there. Written by `projects.registry.months.drafts`; of a year without one all plans count."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["county", "year", "since"], name="drafting_once")]

    @classmethod
    def of_county(cls, county: int) -> list[Drafting]:
        """All of a county, a few: a page reads them once."""
        return once(("drafting", county), lambda: list(cls.objects.filter(county=county)))

    def holds(self, on: date) -> bool:
        """Whether plans are drafts at the end of the day *on*."""
        return self.since <= on and (self.until is None or on < self.until)


class MonthChange(models.Model):
    """What changed a project's row of a month that was over by then: pages of that month say so."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="month_changes")
    month = models.CharField(_("month"), max_length=7)
    fields = models.JSONField(default=dict)  # {"done": [old, new]}, JSON-safe
    done = models.BigIntegerField(_("works done in the year so far"), default=0)  # the difference, yuan
    plan = models.BigIntegerField(_("plan of the year"), default=0)
    at = models.DateTimeField(_("typed at"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["county", "month", "at"])]


class ReportingMonth(models.Model):
    """A month of a county's reports; closed, its reports are locked until the office reopens it with a reason."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(_("month"), max_length=7)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason for reopening"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "month"], name="reporting_month_once")]
