"""Replies that units owe, and those that the office has to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.office import at
from core.due import Due, DueItem
from dispatch.replies.models import Reply
from dispatch.replies.permissions import can_answer_reply, can_settle_reply
from organization.people.models import User
from organization.units.models import Unit

END_OF_WORK = time(18, 0)


def _replies(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    standing = Reply.objects.filter(county=county).standing().in_force()
    for one in standing.select_related("unit", "bulletin", "county").defer(
        "bulletin__figures", "bulletin__draft", "bulletin__content", "bulletin__letter", "bulletin__text"
    ):
        link = reverse("dispatch:reply", args=[one.pk])
        if one.status == Reply.Status.ANSWERED:
            if person is None or can_settle_reply(person, one):
                why = _("%(unit)s: %(answer)s") % {"unit": one.unit, "answer": one.answer[:80]}
                about = one.bulletin.title
                yield _item(one, "reply_settle", _("Look at the reply"), about=about, why=why, link=link)
        elif person is None or can_answer_reply(person, one):
            yield _item(one, "reply_answer", _("Reply: %(what)s") % {"what": one.text}, about=one.bulletin.title,
                        why=one.said, link=link, due_at=at(one.due_on, END_OF_WORK))  # fmt: skip


def _item(
    one: Reply, kind: str, title: str, *, about: str, why: str, link: str, due_at: datetime | None = None
) -> DueItem:
    action = _("Look") if kind == "reply_settle" else _("Reply")
    return DueItem(kind, f"reply:{one.pk}", one.unit_id, title, about, why, due_at, link, action)


KINDS = {
    "reply_answer": gettext_lazy("Replies to bulletins"),
}
DUE = (Due("replies", _replies, KINDS),)
