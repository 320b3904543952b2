"""What people are told of posts that change. Who gets or loses one is told that besides, as of any post."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.handovers.words import in_words


def _words(fact: Fact) -> dict[str, Any]:
    return {"what": in_words(fact.about), "day": fact.about.on.isoformat()}


def _done(fact: Fact) -> str:
    said = _("Set the first password of the new account %(account)s on the page of accounts.")
    account = fact.about.new_username
    return "\n".join(filter(None, [fact.about.reason, said % {"account": account} if account else ""]))


def _told(key: str, subject: Any, **more: Any) -> Told:
    return Told(
        key,
        people=lambda fact: fact.to,
        subject=subject,
        words=_words,
        link=lambda fact: reverse("account"),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"{key}:{fact.about.pk}",
        **more,
    )


TOLD = (
    _told(
        "post_change_planned",
        gettext_lazy("From %(day)s on: %(what)s"),
        body=lambda fact: fact.about.reason,
    ),
    _told("post_changed", gettext_lazy("Since %(day)s: %(what)s"), body=_done),
    _told("post_change_withdrawn", gettext_lazy("Withdrawn, not done on %(day)s: %(what)s")),
    _told("post_change_failed", gettext_lazy("It couldn't be done on %(day)s: %(what)s")),
)
