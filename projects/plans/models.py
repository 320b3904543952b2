from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from projects.registry.models import Project
from projects.registry.months.models import Drafting


class AnnualPlanQuerySet(models.QuerySet["AnnualPlan"]):
    def in_force(self, on: date) -> AnnualPlanQuerySet:
        """Without those that are drafts only at the end of the day *on*, as months' rows are."""
        spans = Drafting.objects.filter(county=OuterRef("project__county"), year=OuterRef("year"), since__lte=on)
        return self.filter(~Exists(spans.filter(Q(until=None) | Q(until__gt=on))))

    def with_drafts(self) -> AnnualPlanQuerySet:
        """All of them, where drafts are meant too; `draft` says which nobody has put in force on any day.
        `tests/test_house.py` asks for one of the two wherever plans are read."""
        spans = Drafting.objects.filter(county=OuterRef("project__county"), year=OuterRef("year"), until=None)
        found: AnnualPlanQuerySet = self.annotate(draft=Exists(spans))
        return found


class AnnualPlan(models.Model):
    """What a project is to achieve in a year (四定): money, progress, how, who, by when; changes are kept as history.

    Sponsors and lead unit are the project's. The days are those that were fixed for the year: the project's own
    planned days move on, these stay.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="plans", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    investment = models.BigIntegerField(_("planned investment of the year"), null=True, blank=True)
    target = models.TextField(_("progress target"), blank=True)
    measures = models.TextField(_("measures"), blank=True)
    team = models.CharField(_("working team"), max_length=200, blank=True)
    responsible = models.CharField(_("responsible person's post"), max_length=60, blank=True)
    starts_on = models.DateField(_("start fixed for"), null=True, blank=True)
    resumes_on = models.DateField(_("resumption fixed for"), null=True, blank=True)
    completes_on = models.DateField(_("completion fixed for"), null=True, blank=True)
    months = models.JSONField(_("plan by month"), default=list, blank=True)  # twelve amounts in yuan, or none
    quarters = models.JSONField(_("plan by quarter"), default=dict, blank=True)  # {"2": {"text", "investment"}}
    change_reason = models.CharField(_("reason of the change"), max_length=300, blank=True)

    objects = AnnualPlanQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(investment__isnull=True) | Q(investment__gte=0), name="plan_not_negative"
            ),
        ]
