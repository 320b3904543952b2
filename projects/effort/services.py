"""What filling in takes is measured where it is stored: nobody presses a button, nothing runs in the browser."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from core.days.office import local_day
from core.days.periods import Period
from organization.people.models import User
from organization.units.models import Unit
from projects.effort.models import Effort

PAUSE = timedelta(minutes=5)  # whoever saves nothing for longer has done something else
FIRST = 20  # seconds that the first save of a sitting stands for


@transaction.atomic
def measure(unit: Unit, form: str, fields: int, *, by: User, now: datetime) -> None:
    """*by* has just written *fields* cells of *form* for *unit*: they are added to the month, with the time since the
    last save of the sitting. Nothing written is no effort."""
    if not fields or unit.county is None:
        return
    month = str(Period.of(local_day(now)))
    about = {"county": unit.county, "person": by, "unit": unit, "form": form, "month": month}
    first = Effort(**about, last_at=now - PAUSE - timedelta(seconds=1))
    Effort.objects.bulk_create([first], ignore_conflicts=True)  # the second of two at once finds the first one's row
    row = Effort.objects.select_for_update().get(**about)
    since = now - row.last_at
    row.seconds += max(int(since.total_seconds()), 0) if since <= PAUSE else FIRST
    row.fields, row.minutes, row.last_at = row.fields + fields, -(-row.seconds // 60), now
    row.save(update_fields=["fields", "seconds", "minutes", "last_at"])
