from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file as it came in: the original is kept, and served only through a permission check of its owner."""

    content = models.FileField(_("file"), upload_to="%Y/%m/")
    name = models.CharField(_("file name"), max_length=255)
    kind = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    def __str__(self) -> str:
        return self.name


class WorkdayOverride(models.Model):
    """A day that the office declares to be a working day or a rest day, against the library."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    source = models.CharField(_("source"), max_length=200)

    def __str__(self) -> str:
        return f"{self.day}"
