from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from organization.people.models import Post
from organization.units.models import Unit
from projects.registry.models import Project


class Becomes(models.TextChoices):
    """What becomes of a project at the turn of the year."""

    CONTINUED = "continued", pgettext_lazy("turn", "Continued")
    JOINS = "joins", pgettext_lazy("turn", "New on the list")
    COMPLETED = "completed", pgettext_lazy("turn", "Completed, goes out")
    STOPPED = "stopped", pgettext_lazy("turn", "Stopped")
    WITHDRAWN = "withdrawn", pgettext_lazy("turn", "Given up")


GOES_ON = (Becomes.CONTINUED, Becomes.JOINS)
NEEDS_REASON = (Becomes.STOPPED, Becomes.WITHDRAWN)


class TurnOfYear(models.Model):
    """A county's passage into *year*: what becomes of each project, whose plans are in force from which day.

    What is drafted for the year are its annual plans, typed in the year's grid; they count when the turn is in force.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", pgettext_lazy("turn", "Being prepared")
        SENT = "sent", pgettext_lazy("turn", "Sent round to the units")
        AGREED = "agreed", pgettext_lazy("turn", "Agreed")
        IN_FORCE = "in_force", pgettext_lazy("turn", "In force")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    fill_by = models.DateField(_("figures wanted by"), null=True, blank=True)
    in_force_on = models.DateField(_("in force on"), null=True, blank=True)
    document = models.CharField(_("paper that puts them in force"), max_length=100, blank=True)
    dropped = models.JSONField(default=list, blank=True)  # codes of the old year's lists that don't go on
    note = models.CharField(_("agreed though plans lack an amount, because"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(_("prepared at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="turn_once_a_year")]


class TurnLine(models.Model):
    """What becomes of one project."""

    turn = models.ForeignKey(TurnOfYear, models.CASCADE, related_name="lines", db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=True)
    becomes = models.CharField(max_length=10, choices=Becomes)
    reason = models.CharField(max_length=300, blank=True)
    lists = models.JSONField(default=list, blank=True)  # codes of the lists by hand that it stands on in the new year
    sponsor = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sponsoring leader")
    )  # who stands first from the new year on; None: the sponsors stay

    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["turn", "project"], name="turn_line_once")]


class TurnAnswer(models.Model):
    """A unit has sent its figures back (`sent_at`), or was asked for them again with a reason."""

    turn = models.ForeignKey(TurnOfYear, models.CASCADE, related_name="answers", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    again_why = models.CharField(_("why it was asked for again"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["turn", "unit"], name="turn_answer_once")]

    def __str__(self) -> str:
        return f"{self.turn.year} {self.unit}"
