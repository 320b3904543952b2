from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.units.models import Unit
from outbox.states import Status


class GroupMessage(models.Model):
    """One message to a group of WeCom or DingTalk, in the words in which it goes out; a row before it is sent.

    The group is a name of the county's profile; address and secret stand in the settings of the machine only.
    """

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    group = models.CharField(_("Group"), max_length=20)
    key = models.CharField(max_length=100, unique=True)
    subject = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    status = models.CharField(_("Status"), max_length=8, choices=Status, default=Status.WAITING)
    not_before = models.DateTimeField()  # after a failure: when it is tried again
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(status="waiting"), name="group_waiting"),
            models.Index(fields=["claimed_at"], condition=Q(status="sending"), name="group_sending"),
        ]
