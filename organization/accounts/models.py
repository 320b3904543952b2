from __future__ import annotations

from django.db import models

from organization.people.models import User
from organization.units.models import Unit


class AccountSlips(models.Model):
    """First passwords that are to be handed over: sealed, for who opened the accounts, for an hour; then the row goes.

    The paper that a worker makes of it lies on the disk under a key that stands in the seal, and can't be read once
    the row is gone.
    """

    county = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    sealed = models.TextField()
