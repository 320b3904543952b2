from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit


class LedgerImport(models.Model):
    """A county's own file on its way in: looked at first, then stored; the original is kept."""

    class Status(models.TextChoices):
        PREVIEW = "preview", _("Looked at, not stored")
        STORED = "stored", _("Stored")

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    kind = models.CharField(max_length=10)  # projects or reports
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    period = models.CharField(_("period"), max_length=12, blank=True)
    options = models.JSONField(default=dict)  # mapping corrected by hand, create_units
    result = models.JSONField(default=dict)  # what design 5 calls the JSON of import_ledger
    status = models.CharField(max_length=8, choices=Status, default=Status.PREVIEW)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]


class LedgerPast(models.Model):
    """Ledgers of past months that were chosen together: looked at first, then stored; the originals are kept."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    files = models.ManyToManyField(StoredFile, related_name="+")
    create_units = models.BooleanField(default=False)
    result = models.JSONField(default=list)  # file by file, oldest month first
    status = models.CharField(max_length=8, choices=LedgerImport.Status, default=LedgerImport.Status.PREVIEW)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        """The first of the files and the last, by name."""
        names = sorted(file.name for file in self.files.all())
        return " – ".join(dict.fromkeys([*names[:1], *names[-1:]])) or f"{self.at:%Y-%m-%d}"


class LedgerRow(models.Model):
    """One row of an imported file as it stood there, and the project that it went to."""

    ledger = models.ForeignKey(LedgerImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))  # in the sheet, counted from 1
    raw = models.JSONField(default=dict)
    project = models.ForeignKey("projects.Project", models.SET_NULL, null=True, related_name="ledger_rows")
    outcome = models.CharField(max_length=10)  # created, updated, unchanged, rejected
    changes = models.JSONField(default=dict)  # field: [old, new]

    class Meta:
        ordering = ["number"]


class ColumnMemory(models.Model):
    """What a county's office once said that a column means; remembered for the next file."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    header = models.CharField(max_length=200)
    field = models.CharField(max_length=40, blank=True)  # empty: leave the column out

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "header"], name="column_remembered_once")]
