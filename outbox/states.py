"""What became of a message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

ATTEMPTS = 5


WAIT = timedelta(minutes=10)  # after a failure, doubled each time


class Status(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SETTLED = "settled", _("Not sent: settled before")  # the notice says by what
    LEFT = "left", _("Not sent: the person has left")  # who is told instead stands in `error`


def tried_again(now: datetime, attempts: int) -> datetime:
    """When what failed for the *attempts*-th time is tried again."""
    return now + WAIT * (1 << (attempts - 1))
