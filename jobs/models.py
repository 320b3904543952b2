from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.files.models import AskedFile

__all__ = ["AskedFile", "JobRun"]


class JobRun(models.Model):
    """One run of a job: tick, digest, outbox, a PDF. The page of jobs shows the last good one of each."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")

    job = models.CharField(_("job"), max_length=40)
    about = models.CharField(max_length=60, blank=True)  # such as bulletin:12
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)  # the process that has it: `jobs.asked.me`
    result = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["job", "-created_at"]), models.Index(fields=["about"])]
