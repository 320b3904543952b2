"""The schedule of a project (倒排工期): milestones that lead to a target day."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.shapes import said
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import ApprovalKind, Stage
from projects.milestones.rules import DAYS
from projects.registry.models import Approval, Project


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, user: User) -> ScheduleQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))


class Schedule(models.Model):
    """What the milestones of one project lead to. Its version is that of all of them: who moves one moves others."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="schedule")
    template = models.CharField(_("template"), max_length=20)
    target_on = models.DateField(_("target day"), null=True)  # none: what was laid was taken back
    before = models.JSONField(default=dict, editable=False)  # what stood before the last act, to take that back
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScheduleQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["before"])

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.project.name


def actual() -> Combinable:
    """The day on which a milestone was reached, as SQL: typed once, where it belongs. Of one that an approval or a
    stage ends it is that day; only of the others it is the one typed at the milestone."""
    approval = Approval.objects.filter(project=OuterRef("project"), kind=OuterRef("fact")).order_by()
    return Case(
        When(fact="", then=F("done_on")),
        *(When(fact=name, then=F(f"project__{name}")) for name in DAYS),
        default=Subquery(approval.values("obtained_on")[:1]),
        output_field=DateField(),
    )


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> MilestoneQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))

    def with_actual(self) -> models.QuerySet[Any]:
        """Adds `actual_on`."""
        found: models.QuerySet[Any] = self.annotate(actual_on=actual())
        return found

    def open(self) -> models.QuerySet[Any]:
        """Those that aren't reached."""
        return self.with_actual().filter(actual_on=None)

    def not_told(self) -> MilestoneQuerySet:
        """Those of which nobody was told that they are late against the day planned now."""
        told = MilestoneLate.objects.filter(milestone=OuterRef("pk"), planned_on=OuterRef("planned_on"))
        return self.filter(~Exists(told))


class Milestone(models.Model):
    """A point of a project's schedule (节点): planned, forecast, reached."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)  # the project's
    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", db_index=False)
    code = models.CharField(max_length=20)  # of the template; one of our own has a number
    own = models.BooleanField(default=False)  # added by hand
    label = models.CharField(_("milestone"), max_length=60)
    label_en = models.CharField(max_length=80, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    fact = models.CharField(max_length=20, blank=True)  # an approval's kind or a day of the project that ends it
    days = models.PositiveSmallIntegerField(_("working days"), default=0)
    after = models.JSONField(_("after"), default=list, blank=True)  # codes of those that come before it
    position = models.PositiveSmallIntegerField(default=0)
    planned_on = models.DateField(_("planned for"))
    first_on = models.DateField(_("first planned for"))  # a postponement doesn't lift it
    forecast_on = models.DateField(_("forecast for"), null=True, blank=True)
    done_on = models.DateField(_("reached on"), null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["county"])

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["county", "planned_on"])]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="milestone_code_once"),
            models.CheckConstraint(condition=Q(fact="") | Q(done_on=None), name="milestone_day_typed_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return said(self.label, self.label_en)

    @property
    def ended_by(self) -> str:
        """What ends it, in words; empty where somebody types the day."""
        if not self.fact:
            return ""
        return str(DAYS[self.fact] if self.fact in DAYS else ApprovalKind(self.fact).label)


class MilestoneLate(models.Model):
    """That a milestone passed the day planned for it: the unit was told once."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="late", db_index=False)
    planned_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["milestone", "planned_on"], name="milestone_late_once")]
