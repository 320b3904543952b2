"""A reminder is settled when its thing isn't due any more, is due on another day, or was told of again since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.amounts import figures
from core.collect import gather
from core.days.office import local_day
from core.settled import Matter, Settled, Words
from organization.units.models import Unit
from outbox.models import Notice

KINDS = ("remind_own", "remind_head", "remind_leader")


class About(NamedTuple):
    """What the key of a reminder says."""

    county: int
    day: date
    who: str
    kind: str
    item: str


def about(key: str) -> About | None:
    words = key.split(":", 5)
    if len(words) < 6 or words[0] != "remind" or not words[1].isdecimal():
        return None
    who, item = words[3].rstrip("+-0123456789"), words[5].rpartition(":to")[0]
    return About(int(words[1]), date.fromisoformat(words[2]), who, words[4], item)


def _by(matters: Sequence[Matter]) -> Words:
    asked = {one: said for one in matters if (said := about(one.key))}
    latest = max((one.at for one in asked), default=None)
    if latest is None:
        return {}
    days: dict[tuple[int, str, str], date] = {}
    for county in Unit.objects.filter(pk__in={said.county for said in asked.values()}):
        kinds = {said.kind for said in asked.values() if said.county == county.pk}
        for due in gather("due"):
            if kinds & set(due.kinds):
                items = due.items(county, latest, None)
                days |= {(county.pk, item.kind, item.key): local_day(item.due_at) for item in items if item.due_at}
    newest = _newest(asked)
    words = {}
    for one, said in asked.items():
        now = days.get((said.county, said.kind, said.item))
        if now is None:
            words[one] = _("Done, or not asked any more")
        elif now != said.day:
            words[one] = _("Due on %(day)s by now") % {"day": figures.day(now, said.day)}
        elif newest[one.person, said] > one.at:
            words[one] = _("There is a newer reminder of it")
    return words


def _newest(asked: dict[Matter, About]) -> dict[tuple[int, About], datetime]:
    """When each person was last reminded of each thing."""
    first = min(one.at for one in asked)
    found: dict[tuple[int, About], datetime] = {}
    rows = Notice.objects.filter(person__in={one.person for one in asked}, kind__in=KINDS, created_at__gte=first)
    for person, key, at in rows.values_list("person", "key", "created_at"):
        if said := about(key):
            found[person, said] = max(at, found.get((person, said), at))
    return {(one.person, said): found.get((one.person, said), one.at) for one, said in asked.items()}


SETTLES = (Settled(KINDS, _by),)
