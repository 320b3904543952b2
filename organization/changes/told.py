"""What people are told of units that change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.changes.words import in_words


def _words(fact: Fact) -> dict[str, Any]:
    return {"what": in_words(fact.about), "day": fact.about.on.isoformat()}


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
        "unit_change_planned",
        gettext_lazy("From %(day)s on: %(what)s"),
        body=lambda fact: fact.about.reason,
    ),
    _told("unit_changed", gettext_lazy("Since %(day)s: %(what)s"), body=lambda fact: fact.about.reason),
    _told("unit_change_failed", gettext_lazy("It couldn't be done on %(day)s: %(what)s")),
)
