"""What people are told of who is away: the deputy, whose post it is, the command office."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told


def _words(fact: Fact) -> dict[str, Any]:
    one = fact.about
    return {"post": one.post.in_full, "deputy": one.deputy.in_full, "day": one.since.isoformat()}


def _told(key: str, subject: Any) -> Told:
    return Told(
        key,
        people=lambda fact: fact.to,
        subject=subject,
        words=_words,
        link=lambda fact: reverse("account"),
        county=lambda fact: fact.about.post.unit.county,
        once=lambda fact: f"{key}:{fact.about.pk}:{fact.now.isoformat()}",
    )


TOLD = (
    _told("absence_recorded", gettext_lazy("%(post)s is away from %(day)s on; %(deputy)s deputises")),
    _told("absence_ended", gettext_lazy("%(post)s is there again; %(deputy)s no longer deputises")),
)
