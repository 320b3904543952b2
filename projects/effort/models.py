from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.people.models import User
from organization.units.models import Unit


class Form(models.TextChoices):
    """What is filled in and measured."""

    GRID = "grid", _("Month's grid")
    REPORT = "report", _("Report of one project")
    WEEK = "week", _("Report of a week or day")


class Effort(models.Model):
    """What filling in a form took somebody in a month, for a unit: cells written, and seconds between one save and the
    next, breaks left out. No history: it is a measure, and nothing of the county's hangs on it."""

    county = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(_("form"), max_length=10, choices=Form)
    month = models.CharField(_("month"), max_length=7)  # in which it was typed
    fields = models.PositiveIntegerField(_("cells written"), default=0)
    seconds = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)  # the seconds, rounded up
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["county", "month", "person", "unit", "form"], name="effort_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.month}"
