from __future__ import annotations

from django.db import models

from core.models import StoredFile
from dispatch.bulletins.models import Bulletin


class SigningSheet(models.Model):
    """The signing sheet of a bulletin as a PDF, as a worker made it; `stamp` says of what (`pages.stamp`)."""

    bulletin = models.OneToOneField(Bulletin, models.CASCADE, related_name="signing_sheet")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    stamp = models.CharField(max_length=64)
