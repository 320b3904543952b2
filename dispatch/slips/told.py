"""What people are told about a slip: who has to answer, that the answer is there, that it stands no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _asked(fact: Fact) -> list[User]:
    """The holder of the leader's post that it is addressed to, or those of the unit."""
    post = fact.about.post
    if post is None:
        return recipients.of_unit(fact.about.unit)
    return [post.holder] if post.holder is not None and post.holder.is_active else []


def _issued_it(fact: Fact) -> list[User]:
    """Who issued it, or the office where that person has left."""
    by = fact.about.by
    found = [by] if by.is_active else recipients.office(fact.about.county)
    return [person for person in found if person != fact.by]


def _words(fact: Fact) -> dict[str, Any]:
    return {"slip": fact.about.entry.text, "title": fact.about.title, "unit": fact.about.to}


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any) -> Told:
    return Told(
        key,
        people,
        subject,
        words=_words,
        link=lambda fact: reverse("dispatch:slip", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
    )


TOLD = (
    _told("slip_issued", _asked, gettext_lazy("%(slip)s: %(title)s")),
    _told("slip_answered", _issued_it, gettext_lazy("%(unit)s has answered %(slip)s: %(title)s")),
    _told("slip_withdrawn", _asked, gettext_lazy("%(slip)s is withdrawn: %(title)s")),
)
