"""What people are told about a project: that it is theirs now."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import Role, User
from organization.units.models import Unit


def officers(unit: Unit, fact: Fact) -> list[User]:
    """The officers of *unit*, but for who did it."""
    return [person for person in recipients.of_unit(unit, Role.OFFICER) if person != fact.by]


def _page(fact: Fact) -> str:
    return reverse("projects:page", args=[fact.about.pk])


TOLD = (
    Told(
        "project_handed",
        people=lambda fact: officers(fact.about.lead_unit, fact),
        subject=gettext_lazy("This project is your unit's now: %(project)s"),
        words=lambda fact: {"project": fact.about.name},
        link=_page,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "project_sponsored",
        people=lambda fact: fact.to,
        subject=gettext_lazy("You answer for this project as its sponsor: %(project)s"),
        words=lambda fact: {"project": fact.about.name},
        link=_page,
        county=lambda fact: fact.about.county,
    ),
    Told(
        "sponsorships_came",
        people=lambda fact: fact.to,
        subject=gettext_lazy("With the portfolio of %(post)s you sponsor more projects from today on"),
        words=lambda fact: {"post": fact.about},
        link=lambda fact: f"{reverse('projects:list')}?sponsor=mine",
        county=lambda fact: fact.about.unit.county,
    ),
)
