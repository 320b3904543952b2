"""The outbox: what a person is to know is a row first, then a message; each is delivered once (decisions/0010)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import translation

from core.days.office import Days, calendar, next_post
from core.told import Fact, Told
from organization.people.models import User
from organization.units.models import Unit
from outbox.hours import hours_of
from outbox.models import Delivery, Notice

log = logging.getLogger(__name__)


BATCH = 500  # notices written at once


T = TypeVar("T")


@dataclass(frozen=True)
class Draft:
    """A notice to be. `key` is unique for ever: the second of the same key is not written."""

    person: User
    kind: str
    key: str
    subject: str
    body: str = ""
    link: str = ""
    urgent: bool = False
    county: Unit | None = None
    english: tuple[str, str] = ("", "")  # subject and body


def notify(
    person: User,
    *,
    kind: str,
    key: str,
    subject: str,
    body: str = "",
    link: str = "",
    now: datetime,
    urgent: bool = False,
    county: Unit | None = None,
) -> bool:
    """Tell *person* once. True if this *key* is new."""
    draft = Draft(person, kind, key, subject, body, link, urgent, county)
    return bool(notify_all([draft], now=now))


def notify_all(
    drafts: Iterable[Draft], *, now: datetime, due_at: datetime | None = None, days: Days | None = None
) -> int:
    """Write notices and what is to be mailed of them, in batches; how many were new.

    Mail waits for the next morning of a working day after *due_at* (the moment the notice was due;
    *now* if not given), unless it is urgent. People without a mail address read it in the application.
    """
    days = calendar() if days is None else days
    posts: dict[int, datetime] = {}  # by county: of each its own morning

    def post(county: Unit | None) -> datetime:
        key = county.pk if county else 0
        if key not in posts:
            posts[key] = next_post(due_at or now, days, hours_of(county))
        return posts[key]

    return sum(_write(batch, now, post) for batch in _batches(drafts, BATCH))


def write_told(told: Told, fact: Fact, due_at: datetime | None, days: Days | None) -> None:
    """The notices of a fact that an app named, each person's once, in the language of the county and in English."""
    with translation.override("en"):
        english = str(told.subject) % told.words(fact), told.body(fact)
    with translation.override(settings.LANGUAGE_CODE):
        subject, body, link = str(told.subject) % told.words(fact), told.body(fact), told.link(fact)
        county = told.county(fact)
        drafts = [
            Draft(person, told.key, told.name(fact, person), subject, body, link, told.urgent, county, english)
            for person in {person.pk: person for person in told.people(fact)}.values()
        ]
    if drafts:
        notify_all(drafts, now=fact.now, due_at=due_at, days=days)


@transaction.atomic
def _write(drafts: Sequence[Draft], now: datetime, post: Callable[[Unit | None], datetime]) -> int:
    known = set(Notice.objects.filter(key__in=[d.key for d in drafts]).values_list("key", flat=True))
    fresh = {d.key: d for d in drafts if d.key not in known}
    Notice.objects.bulk_create(
        [
            Notice(
                person=d.person,
                county=d.county,
                kind=d.kind,
                key=d.key,
                subject=d.subject[:200],
                body=d.body,
                subject_en=d.english[0][:200],
                body_en=d.english[1],
                link=d.link,
                urgent=d.urgent,
                created_at=now,
            )
            for d in fresh.values()
        ],
        ignore_conflicts=True,  # another tick was quicker: its rows stand, and its transaction made their deliveries
    )
    written = Notice.objects.filter(key__in=fresh, deliveries=None, person__is_active=True).exclude(person__email="")
    Delivery.objects.bulk_create(
        [
            Delivery(
                notice_id=pk, channel=Delivery.Channel.MAIL, not_before=now if urgent else post(fresh[key].county)
            )
            for pk, key, urgent in written.values_list("pk", "key", "urgent")
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def mark_read(person: User, *, now: datetime, notice: Notice | None = None) -> int:
    """One notice, or all of *person*'s, are read; how many were not before."""
    unread = Notice.objects.filter(person=person, read_at=None)
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=now)
