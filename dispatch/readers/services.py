"""Those who haven't read a published bulletin are reminded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.refusals import require, unseen
from core.told import tell
from dispatch.bulletins.models import Bulletin
from dispatch.readers.pages import readers
from dispatch.readers.permissions import can_remind_readers
from organization.people.models import User


@transaction.atomic
def remind_readers(bulletin: Bulletin, *, by: User, now: datetime, version: int) -> int:
    """Tells everybody of the distribution list who hasn't opened it, once a day at most; how many they are.

    Raises NotAllowed, Stale.
    """
    row = Bulletin.objects.select_for_update(of=("self",)).select_related("county", "entry").get(pk=bulletin.pk)
    unseen(row, version)
    require(can_remind_readers(by, row))
    people = readers(row).unread
    tell("bulletin_unread", row, by=by, now=now, to=people)
    return len(people)
