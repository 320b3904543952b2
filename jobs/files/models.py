from __future__ import annotations

from django.conf import settings
from django.db import models


class AskedFile(models.Model):
    """A table too large to be given at once: asked for by one person, made by a worker, kept for some days.

    `export` and `query` are what it is found by again (`core.exports`), `rights` the posts with which it was made.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    export = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    name = models.CharField(max_length=255)
    rows = models.PositiveIntegerField()
    asked_at = models.DateTimeField(db_index=True)
    run = models.OneToOneField("jobs.JobRun", models.SET_NULL, null=True, related_name="+")
    rights = models.JSONField(default=list)
    content = models.FileField(upload_to="made/", blank=True)

    def __str__(self) -> str:
        return self.name
