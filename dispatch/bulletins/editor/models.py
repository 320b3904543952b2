"""Who edits a bulletin, and what it said at moments that are compared later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.bulletins.models import Bulletin
from organization.people.models import User


class Sitting(models.Model):
    """Who edits a bulletin now: one person at a time. It lapses by itself (`sitting.LAPSES`)."""

    bulletin = models.OneToOneField(Bulletin, models.CASCADE, related_name="sitting")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_from = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()  # the last sign of life


class Moment(models.Model):
    """What a bulletin said when something was done with it: its parts as `versions.Part`, in the order of the page."""

    class What(models.TextChoices):
        SENT = "sent", _("as it was sent to be signed")
        REFRESHED = "refreshed", _("before the newest figures were taken")
        TAKEN_OVER = "taken_over", _("when somebody else took over")

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="moments")
    what = models.CharField(max_length=10, choices=What)
    parts = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
