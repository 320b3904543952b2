"""A county's rules as they were loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    pass
from organization.units.models import Unit


class CountyProfile(models.Model):
    """A county's own rules, as loaded from its file; every change is kept as history with its version."""

    county = models.OneToOneField(Unit, models.CASCADE, related_name="profile")
    key = models.SlugField(_("key"))
    version = models.PositiveIntegerField(_("version"), default=1)
    data = models.JSONField(_("rules"))  # validated and complete: defaults are filled in
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"))

    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
