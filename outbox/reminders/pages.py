"""What a person is reminded of, and what not: by kind, and of what is on the list now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.days.office import local_day
from core.due import DueItem, due_items, kinds
from organization.people.models import User
from organization.units.models import Unit
from outbox.reminders.models import Pause


@dataclass(frozen=True)
class Line:
    """One kind, or one thing of it; `pause`: not reminded of for a while."""

    kind: str
    said: Any
    item: str = ""
    due_at: datetime | None = None
    pause: Pause | None = None


def kind_lines(person: User, items: list[DueItem], now: datetime) -> list[Line]:
    """The kinds that the person has something of now or isn't reminded of, in the order of the table."""
    pauses = {one.kind: one for one in _pauses(person, local_day(now)) if not one.item}
    there = {item.kind for item in items} | set(pauses)
    return [Line(kind, said, pause=pauses.get(kind)) for kind, said in kinds().items() if kind in there]


def item_lines(person: User, items: list[DueItem], now: datetime) -> list[Line]:
    """The things that the person has to do, and those put off that aren't on the list any more."""
    pauses = {(one.kind, one.item): one for one in _pauses(person, local_day(now)) if one.item}
    lines = [Line(one.kind, told(one), one.key, one.due_at, pauses.pop((one.kind, one.key), None)) for one in items]
    return lines + [Line(one.kind, one.said, one.item, pause=one) for one in pauses.values()]


def _pauses(person: User, today: date) -> list[Pause]:
    return [one for one in Pause.objects.filter(person=person) if one.until is None or one.until > today]


def mine(person: User, county: Unit, now: datetime) -> list[DueItem]:
    """What is due of the person and is reminded of."""
    known = kinds()
    return [item for item in due_items(county, now, person=person) if item.due_at and item.kind in known]


def told(item: DueItem) -> str:
    return "：".join(str(one) for one in (item.title, item.about) if one)
