"""Which notices are about something that is settled by now: asked kind by kind, written down with the words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from core.settled import Matter, Settled, settled
from organization.units.models import Unit
from outbox.models import Notice

RECENT = timedelta(days=62)  # what the heartbeat asks again and again; pages ask of what they show


def settle(notices: Iterable[Notice]) -> int:
    """Says of each of *notices* by what its matter is settled, or that it isn't (any more); how many changed.

    A few queries for each kind, however many notices there are.
    """
    kinds: dict[Settled, dict[Matter, list[Notice]]] = {}
    for notice in notices:
        if how := settled().get(notice.kind):
            matter = Matter(notice.key, notice.person_id, notice.created_at)
            kinds.setdefault(how, {}).setdefault(matter, []).append(notice)
    changed = []
    with translation.override(settings.LANGUAGE_CODE):
        for how, of_matter in kinds.items():
            words = how.by(list(of_matter))
            for matter, rows in of_matter.items():
                for notice in rows:
                    if notice.settled != (said := str(words.get(matter, ""))[:200]):
                        notice.settled = said
                        changed.append(notice)
    Notice.objects.bulk_update(changed, ["settled"], batch_size=500)
    return len(changed)


def settle_recent(county: Unit, *, now: datetime) -> int:
    """The unread ones of *county* of the last weeks, so that the number beside the bell is right on every page."""
    unread = Notice.objects.filter(county=county, read_at=None, created_at__gt=now - RECENT, kind__in=list(settled()))
    return settle(unread.only("key", "kind", "person", "created_at", "settled"))
