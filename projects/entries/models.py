"""That a project enters the statistics is proposed by those who work on it and confirmed by the statistics side."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from core.records.order import last
from organization.people.models import User
from organization.units.models import Unit
from projects.choices import Stage
from projects.registry.models import Project, ProjectQuerySet


class EntryProposalQuerySet(models.QuerySet["EntryProposal"]):
    def visible_to(self, user: User) -> EntryProposalQuerySet:
        return self.filter(project__in=Project.objects.visible_to(user))

    def waiting(self) -> EntryProposalQuerySet:
        return self.filter(status=EntryProposal.Status.WAITING)


class EntryProposal(models.Model):
    """Somebody says that a project belongs into the statistics from a day on; at most one waits for its answer."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for the statistics side")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Taken back")

    project = models.ForeignKey(Project, models.CASCADE, related_name="entry_proposals")
    on = models.DateField(_("in statistics since"))
    statistics_start_on = models.DateField(_("start for statistics on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    waived = models.JSONField(default=list, blank=True)  # codes of gates that the office lets it pass; `note` says why
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason of the return"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EntryProposalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["proposed_at", "pk"]
        indexes = [models.Index(fields=["status", "proposed_at"])]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(status="waiting"), name="one_open_entry_proposal")
        ]

    def __str__(self) -> str:
        return self.project.name


class EntryRecord(models.Model):
    """Where a project's entry comes from, and who of the statistics side has confirmed it."""

    class Source(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed by the statistics side")
        LEDGER = "ledger", _("Came by ledger")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)  # the project's, for the index
    project = models.OneToOneField(Project, models.CASCADE, related_name="entry_record")
    source = models.CharField(max_length=10, choices=Source)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["county"])

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["county", "project"], condition=Q(confirmed_at__isnull=False), name="entry_confirmed")
        ]

    def __str__(self) -> str:
        return str(self.get_source_display())


#: In the statistics on file; a ledger may say so without a day.
ENTERED = Q(entered_on__isnull=False) | Q(stage=Stage.ENTERED)


def is_entered(project: Project) -> bool:
    return project.entered_on is not None or project.stage == Stage.ENTERED


def unconfirmed(projects: ProjectQuerySet, county: Unit) -> ProjectQuerySet:
    """Those of *projects*, of *county*, that are in the statistics on file, not confirmed by the statistics side."""
    confirmed = EntryRecord.objects.filter(county=county, confirmed_at__isnull=False).order_by().values("project")
    return projects.filter(ENTERED, county=county).exclude(pk__in=confirmed).order_by(last("number"), "pk")
