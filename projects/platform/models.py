from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from organization.people.models import User
from organization.units.models import Unit


class PlatformImport(models.Model):
    """An export of the national approval platform as it came in: its rows as they were read, and what was written of
    them. The original is kept; the same file is kept once."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    rows = models.JSONField(default=list)  # `reading.Row.as_dict`
    told = models.JSONField(default=dict)  # headers that are none of ours, sheets passed over
    written = models.JSONField(default=list)  # what was written: row, project, name, item, was, will, by, at
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["county", "sha256"], name="platform_file_once")]

    def __str__(self) -> str:
        return self.file.name
