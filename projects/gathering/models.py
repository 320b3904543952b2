from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit


class GatheredFile(models.Model):
    """A form that a unit filled in and sent back, as the office dropped it: read, looked at, then taken over or set
    aside. What would change is worked out when somebody looks; `lines` are what stands in the file."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits")
        TAKEN = "taken", _("Taken over")
        ASIDE = "aside", _("Set aside")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=255)  # with its folder in the archive
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.CharField(max_length=7, blank=True)
    known_by = models.CharField(max_length=8, blank=True)  # key, heading or projects: how unit and month were found
    refused = models.TextField(blank=True)  # why it can't be read, in a sentence
    lines = models.JSONField(default=list)  # [{line, values, odd}] as `projects.reports.table.Written`
    places = models.JSONField(default=dict)  # {column: its place in the sheet}
    more = models.JSONField(default=list)  # [[cell, heading]] of columns that the form hasn't
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    stored = models.PositiveIntegerField(default=0)  # rows that went in
    left = models.JSONField(default=list)  # [[cell, why]]: what did not go in when it was taken over
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["county", "status", "at"])]

    def __str__(self) -> str:
        return self.name
