"""What people are told about an entry: that it waits, that it is confirmed, that it came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import Role, User
from projects.entries.models import EntryProposal
from projects.registry.models import Project
from projects.registry.permissions import confirming_role


def _project(fact: Fact) -> Project:
    found: Project = fact.about.project if isinstance(fact.about, EntryProposal) else fact.about
    return found


def _confirmers(fact: Fact) -> list[User]:
    county = _project(fact).county
    return [person for person in recipients.holders(county, confirming_role(county)) if person != fact.by]


def _proposers(fact: Fact) -> list[User]:
    """Who proposed it, and the officers of the unit that leads the project."""
    made = [fact.about.proposed_by] if isinstance(fact.about, EntryProposal) else list(fact.to)
    people = {person.pk: person for person in (*made, *recipients.of_unit(_project(fact).lead_unit, Role.OFFICER))}
    return [person for person in people.values() if person != fact.by]


def _told(key: str, people: Callable[[Fact], list[User]], subject: Any, page: Callable[[Fact], str]) -> Told:
    return Told(
        key,
        people,
        subject,
        words=lambda fact: {"project": _project(fact).name},
        link=page,
        county=lambda fact: _project(fact).county,
    )


def _page(fact: Fact) -> str:
    return reverse("projects:page", args=[_project(fact).pk])


TOLD = (
    _told(
        "entry_proposed",
        _confirmers,
        gettext_lazy("Proposed for the statistics, please look: %(project)s"),
        lambda fact: f"{reverse('projects:entries')}#p{fact.about.pk}",
    ),
    _told("entry_confirmed", _proposers, gettext_lazy("Confirmed as being in the statistics: %(project)s"), _page),
    _told("entry_returned", _proposers, gettext_lazy("Not taken into the statistics yet: %(project)s"), _page),
)
