"""The second factor of a person: a secret shared with their phone, and slips of paper for the day it is lost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.people.models import User


class SecondFactor(models.Model):
    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.TextField(_("secret"), editable=False)  # under the key of secrets, see `secrets.py`
    last_step = models.BigIntegerField(default=-1, editable=False)  # of the code used last: none is taken twice
    slips = models.JSONField(default=list, editable=False)  # hashes of those not used yet
    made_at = models.DateTimeField()
