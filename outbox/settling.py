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
    for how, of_matter in kinds.items():
        words, anew = _by(how, list(of_matter), settings.LANGUAGE_CODE), []
        for matter, rows in of_matter.items():
            for notice in rows:
                if notice.settled != words.get(matter, ""):
                    notice.settled = words.get(matter, "")
                    anew.append((matter, notice))
        english = _by(how, [matter for matter, _notice in anew], "en") if anew else {}  # only what is said anew
        for matter, notice in anew:
            notice.settled_en = english.get(matter, "")
            changed.append(notice)
    Notice.objects.bulk_update(changed, ["settled", "settled_en"], batch_size=500)
    return len(changed)


def _by(how: Settled, matters: list[Matter], language: str) -> dict[Matter, str]:
    """By what each of *matters* is settled, in *language*; those that aren't are left out."""
    with translation.override(language):
        return {matter: str(said)[:200] for matter, said in how.by(matters).items()}


def settle_recent(county: Unit, *, now: datetime) -> int:
    """The unread ones of *county* of the last weeks, so that the number beside the bell is right on every page."""
    unread = Notice.objects.filter(county=county, read_at=None, created_at__gt=now - RECENT, kind__in=list(settled()))
    return settle(unread.only("key", "kind", "person", "created_at", "settled", "settled_en"))
