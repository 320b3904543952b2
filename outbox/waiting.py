"""Messages that wait, and those that failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.amounts import figures
from jobs.waiting import Line, Waiting
from organization.models import Unit
from outbox.digest import next_mail
from outbox.runs import deliveries_by_status, groups_by_status


def _messages(county: Unit, now: datetime) -> Iterator[Line]:
    mail, url, following = deliveries_by_status(county.pk), reverse("outbox:list"), next_mail(county, now=now)
    note = _("the next go out %(moment)s") % {"moment": figures.moment(following)} if following else ""
    title = _("%(n)s messages wait") % {"n": mail.get("waiting", 0)}
    yield Line(title, note, f"{url}?status=waiting", _("Look"))
    if failed := mail.get("failed", 0):
        title = _("%(n)s messages failed") % {"n": failed}
        yield Line(title, "", f"{url}?status=failed", _("Look and send again"), late=True)


def _groups(county: Unit, now: datetime) -> Iterator[Line]:
    found, url = groups_by_status(county.pk), reverse("outbox:groups")
    if n := found.get("waiting", 0):
        yield Line(_("%(n)s messages to groups wait") % {"n": n}, "", f"{url}?status=waiting", _("Look"))
    if n := found.get("failed", 0):
        title = _("%(n)s messages to groups failed") % {"n": n}
        yield Line(title, "", f"{url}?status=failed", _("Look and send again"), late=True)


WAITS = (Waiting("messages", 10, _messages), Waiting("groups", 11, _groups))
