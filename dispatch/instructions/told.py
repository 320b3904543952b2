"""What people are told about a leader's instruction: who has to answer, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import Role, User


def _unit(fact: Fact) -> list[User]:
    return recipients.of_unit(fact.about.unit)


def _heads(fact: Fact) -> list[User]:
    return recipients.of_unit(fact.about.unit, Role.UNIT_HEAD)


def _leader(fact: Fact) -> list[User]:
    """Who holds the leader's post, and who of the office entered it for the leader."""
    holder = fact.about.post.holder
    told = [holder] if holder is not None and holder.is_active else []
    return [*told, *([fact.about.by] if fact.about.by_office else [])]


def _words(fact: Fact) -> dict[str, Any]:
    due = figures.day(fact.about.due_on, fact.about.due_on)
    return {"what": fact.about.title, "about": str(fact.about.about), "due": due, "unit": str(fact.about.unit)}


def _told(key: str, people: Callable[[Fact], Iterable[User]], subject: Any, **more: Any) -> Told:
    return Told(
        key,
        people,
        subject,
        words=_words,
        link=lambda fact: reverse("dispatch:instruction", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
        **more,
    )


TOLD = (
    _told("instruction_given", _unit, gettext_lazy("%(what)s, answer due by %(due)s: %(about)s")),
    _told("instruction_answered", _leader, gettext_lazy("%(unit)s has answered: %(about)s")),
    _told("instruction_asked_again", _unit, gettext_lazy("%(what)s, asked again, due by %(due)s: %(about)s")),
    _told("instruction_accepted", _unit, gettext_lazy("%(what)s, your answer is accepted: %(about)s")),
    _told("instruction_withdrawn", _unit, gettext_lazy("%(what)s, taken back: %(about)s")),
    _told(
        "instruction_late",
        _heads,
        gettext_lazy("%(what)s, no answer since %(due)s: %(about)s"),
        once=lambda fact: f"instruction_late:{fact.about.pk}:{fact.about.due_on}",
    ),
)
