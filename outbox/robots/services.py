"""What groups are told: a row first, then a message; what a robot has taken is never sent again."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from core.days.office import calendar
from core.refusals import require
from organization.people.models import User
from organization.units.models import Unit
from outbox.hours import quiet_counties
from outbox.robots.kinds import Robot, fitted
from outbox.robots.models import GroupMessage
from outbox.robots.permissions import can_send_to_groups
from outbox.robots.wire import NotTaken, send
from outbox.states import ATTEMPTS, Status, tried_again

log = logging.getLogger(__name__)


def tell_group(
    county: Unit,
    group: str,
    *,
    subject: str,
    lines: Sequence[str],
    of: Iterable[str],
    not_before: datetime,
    now: datetime,
) -> None:
    """Writes one message to *group*, once for the things *of* (their keys) that it is about."""
    key = f"{county.pk}:{group}:{hashlib.sha256('|'.join(sorted(of)).encode()).hexdigest()[:40]}"
    told = {"subject": subject[:200], "lines": list(lines), "not_before": not_before, "created_at": now}
    GroupMessage.objects.get_or_create(key=key, defaults={"county": county, "group": group, **told})


def deliver_groups(*, now: datetime) -> tuple[int, int]:
    """Sends what is due, outside the quiet hours of its county; how many were taken, how many weren't.

    A row is claimed by a conditional update before it is sent. Who dies in between leaves it “being sent”; after
    `OUTBOX_LEASE` seconds it is sent again.
    """
    late = now - timedelta(seconds=settings.OUTBOX_LEASE)
    due = Q(status=Status.WAITING, not_before__lte=now) | Q(status=Status.SENDING, claimed_at__lt=late)
    waiting = GroupMessage.objects.filter(due)
    counties = {pk for pk in waiting.order_by().values_list("county", flat=True).distinct() if pk}
    quiet = quiet_counties(counties, now=now, days=calendar()) if counties else set()
    taken, began = [], time.monotonic()
    for pk in list(waiting.exclude(county__in=quiet).order_by("not_before", "pk").values_list("pk", flat=True)):
        moment = now + timedelta(seconds=time.monotonic() - began)
        if GroupMessage.objects.filter(due, pk=pk).update(status=Status.SENDING, claimed_at=moment):
            taken.append(_send(GroupMessage.objects.get(pk=pk), moment))
    return sum(taken), len(taken) - sum(taken)


def _send(message: GroupMessage, now: datetime) -> bool:
    robot = settings.ROBOTS.get(message.group)
    row = GroupMessage.objects.filter(pk=message.pk, status=Status.SENDING)
    with translation.override(settings.LANGUAGE_CODE):
        why = give(robot, in_words(message, robot), now=now) if robot else _no_address(message.group)
    attempts = message.attempts + 1
    if not why:
        row.update(status=Status.SENT, sent_at=now, attempts=attempts, error="")
        return True
    log.warning("message %s to the group %s: %s", message.pk, message.group, why)
    if robot and attempts < ATTEMPTS:
        row.update(status=Status.WAITING, not_before=tried_again(now, attempts), attempts=attempts, error=why[:300])
    else:
        row.update(status=Status.FAILED, attempts=attempts, error=why[:300])
    return False


def _no_address(group: str) -> str:
    return _("the machine's settings name no robot “%(name)s”") % {"name": group}


def give(robot: Robot, text: str, *, now: datetime) -> str:
    """Gives *text* to the robot; why it wasn't taken, or nothing. Whatever goes wrong, the address isn't said."""
    try:
        send(robot, text, millis=int(now.timestamp() * 1000), timeout=settings.ROBOT_TIMEOUT)
    except NotTaken as error:
        return str(error)
    except Exception as error:  # one robot's mistake stops nobody else's message; its words may have the address
        return _("an error of the program: %(kind)s") % {"kind": type(error).__name__}
    return ""


def in_words(message: GroupMessage, robot: Robot) -> str:
    """The message as it goes out, as long as that kind of robot takes it."""
    head, foot = (
        f"【{message.county.short_name or message.county.name}】{message.subject}",
        settings.SITE_URL.rstrip("/"),
    )
    return fitted(head, message.lines, _("… and %(n)s more"), foot, robot.kind)


def send_to_group_again(message: GroupMessage, *, by: User, now: datetime) -> None:
    """Puts what was sent or given up back, to be sent anew."""
    require(can_send_to_groups(by, message.county))
    rows = GroupMessage.objects.filter(pk=message.pk, status__in=[Status.SENT, Status.FAILED])
    if rows.update(status=Status.WAITING, not_before=now, attempts=0, error="", sent_at=None):
        log.info("message %s to the group %s sent again by user %s", message.pk, message.group, by.pk)
