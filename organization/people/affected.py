"""What hangs on a person through all posts held: what is due of them now, whichever app it is due in."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from core.due import due_items
from organization.people.models import User


def _due(user: User, now: datetime) -> int:
    return len(due_items(user.county, now, person=user)) if user.county else 0


AFFECTED = (Affected("user", _("On this person's to-do list now"), _due),)
