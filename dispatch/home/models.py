from __future__ import annotations

from django.db import models

from organization.people.models import User
from organization.units.models import Unit


class Look(models.Model):
    """Up to when a person has seen what changed: they said so themselves; reading a page writes nothing."""

    person = models.OneToOneField(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()


class RedDay(models.Model):
    """Which projects of a county were red on the morning of a day: what turned red since is told by it. `reds` are
    keys of projects; kept for `KEPT` days (`dispatch.home.services`)."""

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    on = models.DateField()
    reds = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "on"], name="red_day_once")]
