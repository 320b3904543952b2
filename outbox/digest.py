"""Mail out of notices: one digest a person, claimed before it is sent and the same mail when it is taken up again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.days.office import after_quiet, calendar, is_quiet
from organization.people.models import User
from organization.units.models import Unit
from outbox.hours import hours_of, quiet_counties
from outbox.leavers import hand_on
from outbox.models import Delivery
from outbox.services import log
from outbox.settling import settle
from outbox.states import ATTEMPTS, tried_again

CLAIM = 50  # people whose mail is claimed at once


@dataclass
class Delivered:
    """What a delivery run did: mails sent, notices in them, mails that failed; messages that groups took or didn't."""

    mails: int = 0
    notices: int = 0
    failed: int = 0
    groups: int = 0
    untaken: int = 0


def deliver(*, now: datetime) -> Delivered:
    """Send all mail that is due: one digest a person. In the quiet hours of its county nothing goes out; of what
    belongs to no county only what is urgent does then.

    Rows are claimed by a conditional update before they are sent and written down afterwards. Who dies in between
    leaves rows “being sent”; after `OUTBOX_LEASE` seconds they are taken up again as the very same mail.
    """
    result, began = Delivered(), time.monotonic()
    quiet = _quiet(now)
    if not (_left(now, quiet).exists() or _waiting(now, quiet).exists()):
        return result
    _drop_settled(_waiting(now, quiet))
    hand_on(_waiting(now, quiet), now=now)
    with translation.override(settings.LANGUAGE_CODE), get_connection() as connection:
        while claimed := _claim(moment := now + timedelta(seconds=time.monotonic() - began), quiet):
            for mail in _mails(claimed):
                _send(mail, connection, moment, result)
    return result


def _quiet(now: datetime) -> Q:
    """What stays where it is at this hour."""
    days = calendar()
    open_ones = Delivery.objects.filter(status__in=[Delivery.Status.WAITING, Delivery.Status.SENDING])
    counties = set(open_ones.order_by().values_list("notice__county", flat=True).distinct())
    quiet = Q(notice__county__in=quiet_counties((pk for pk in counties if pk), now=now, days=days))
    return quiet | Q(notice__county=None, notice__urgent=False) if is_quiet(now, days) else quiet


def _left(now: datetime, quiet: Q) -> QuerySet[Delivery]:
    """Rows that somebody began to send and never finished."""
    late = now - timedelta(seconds=settings.OUTBOX_LEASE)
    return Delivery.objects.filter(status=Delivery.Status.SENDING, claimed_at__lt=late).exclude(quiet)


def _waiting(now: datetime, quiet: Q) -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=Delivery.Status.WAITING, not_before__lte=now).exclude(quiet)


def _claim(now: datetime, quiet: Q) -> list[Delivery]:
    """Rows that are this process's to send: what somebody left behind first, then the mail of the next people.

    The conditions of each update stand on the row itself, so that they are asked again after another's claim. What was
    begun is taken up whole, one person's rows together: a mail has to be the same mail.
    """
    if begun := _left(now, quiet).values_list("digest", flat=True).first():
        people = list(_left(now, quiet).filter(digest=begun).values_list("notice__person", flat=True))
        ids = list(
            _left(now, Q(pk__in=[])).filter(digest=begun, notice__person__in=people).values_list("pk", flat=True)
        )
        late = now - timedelta(seconds=settings.OUTBOX_LEASE)
        rows = Delivery.objects.filter(pk__in=ids, status=Delivery.Status.SENDING, claimed_at__lt=late)
        rows.update(claimed_at=now)
        if mine := _rows(Delivery.objects.filter(pk__in=ids, claimed_at=now)):
            return mine
    waiting = _waiting(now, quiet)
    people = list(waiting.order_by("notice__person").values_list("notice__person", flat=True).distinct()[:CLAIM])
    ids = list(waiting.filter(notice__person__in=people).values_list("pk", flat=True))
    digest = uuid.uuid4().hex
    rows = Delivery.objects.filter(pk__in=ids, status=Delivery.Status.WAITING)
    rows.update(status=Delivery.Status.SENDING, claimed_at=now, digest=digest)
    return _rows(Delivery.objects.filter(digest=digest)) if ids else []


def _drop_settled(waiting: QuerySet[Delivery]) -> None:
    """What is settled by now isn't sent: the notice says by what. A mail that was begun goes out as it is."""
    rows = list(waiting.select_related("notice"))
    settle(row.notice for row in rows)
    gone = Delivery.objects.filter(pk__in=[row.pk for row in rows if row.notice.settled])
    gone.filter(status=Delivery.Status.WAITING).update(status=Delivery.Status.SETTLED)


def _rows(claimed: QuerySet[Delivery]) -> list[Delivery]:
    return list(claimed.select_related("notice__person").order_by("notice__person", "-notice__urgent", "notice"))


def _mails(claimed: list[Delivery]) -> Iterator[list[Delivery]]:
    people: dict[int, list[Delivery]] = {}
    for row in claimed:
        people.setdefault(row.notice.person_id, []).append(row)
    yield from people.values()


def _send(mail: list[Delivery], connection: Any, now: datetime, result: Delivered) -> None:
    rows = Delivery.objects.filter(pk__in=[row.pk for row in mail], status=Delivery.Status.SENDING)
    try:
        if not mail[0].notice.person.email:
            raise ValueError(_("no mail address"))
        connection.send_messages([digest(mail)])
    except Exception as error:  # whatever a mail server says: the row keeps it, the others go on
        log.warning("mail %s: %s", mail[0].digest, error)
        connection.close()  # a broken line would fail for everybody after; the next mail opens a new one
        attempts = mail[0].attempts + 1
        # It stays “being sent” until it is tried again, as the same mail: the server may have taken it after all.
        again = tried_again(now, attempts) - timedelta(seconds=settings.OUTBOX_LEASE)
        status = Delivery.Status.SENDING if attempts < ATTEMPTS else Delivery.Status.FAILED
        rows.update(status=status, claimed_at=again, attempts=attempts, error=str(error)[:300])
        result.failed += 1
        return
    rows.update(status=Delivery.Status.SENT, sent_at=now, attempts=mail[0].attempts + 1, error="")
    result.mails += 1
    result.notices += len(mail)


def digest(mail: list[Delivery]) -> EmailMessage:
    """One mail of all that one person is to know, with a Message-ID that is the same each time it is made."""
    person, notices = mail[0].notice.person, [row.notice for row in mail]
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    subject = notices[0].subject
    if len(notices) > 1:
        subject = _("%(first)s; %(n)s more") % {"first": subject, "n": len(notices) - 1}
    context = {"person": person, "notices": notices, "site": settings.SITE_URL.rstrip("/")}
    return EmailMessage(
        subject=subject,
        body=render_to_string("outbox/mail/digest.txt", context),
        to=[person.email],
        headers={"Message-ID": f"<{mail[0].digest}.{person.pk}@{host}>"},
    )


def next_mail(county: Unit, *, now: datetime) -> datetime | None:
    """When the next mail that waits goes out: what is overdue at the next hour in which mail may go."""
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING, notice__county=county)
    first = waiting.order_by("not_before").values_list("not_before", flat=True).first()
    if first is None or first > now:
        return first
    return after_quiet(now, calendar(), hours_of(county))


def send_again(delivery: Delivery, *, by: User, now: datetime) -> None:
    """Put a message that was sent or failed back into the outbox, as a new mail."""
    changed = Delivery.objects.filter(
        pk=delivery.pk, status__in=[Delivery.Status.SENT, Delivery.Status.FAILED]
    ).update(status=Delivery.Status.WAITING, not_before=now, attempts=0, error="", digest="")
    if changed:
        log.info("delivery %s sent again by user %s", delivery.pk, by.pk)
