"""What people are told of replies to bulletins: that one is asked for, that one has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _words(fact: Fact) -> dict[str, Any]:
    row = fact.about
    return {"title": row.bulletin.title, "due": figures.day(row.due_on, row.due_on), "unit": str(row.unit)}


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any) -> Told:
    return Told(
        key,
        people,
        subject,
        words=_words,
        link=lambda fact: reverse("dispatch:reply", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"{key}:{fact.about.pk}:{fact.about.version}",
    )


TOLD = (
    _told(
        "reply_asked",
        lambda fact: recipients.of_unit(fact.about.unit),
        gettext_lazy("A reply is asked for by %(due)s: %(title)s"),
    ),
    _told(
        "reply_given",
        lambda fact: [fact.about.asked_by],
        gettext_lazy("%(unit)s has replied: %(title)s"),
    ),
)
