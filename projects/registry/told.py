"""What people are told about a project: that it is theirs now."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import Role, User
from organization.permissions import works_for
from organization.units.models import Unit


def officers(unit: Unit, fact: Fact) -> list[User]:
    """The officers of *unit*, but for who did it."""
    return [person for person in recipients.of_unit(unit, Role.OFFICER) if person != fact.by]


def _page(fact: Fact) -> str:
    return reverse("projects:page", args=[fact.about.pk])


def _for_whom_it_came(fact: Fact) -> list[User]:
    """The officers of the project, when the unit that gives the approval has put it on file."""
    project = fact.about.project
    if fact.by.is_office_of(project.county_id) or works_for(fact.by, project.lead_unit):
        return []
    return officers(project.lead_unit, fact)


def _approval_words(fact: Fact) -> dict[str, str]:
    return {"project": fact.about.project.name, "kind": fact.about.called}


TOLD = (
    Told(
        "approval_recorded",
        people=_for_whom_it_came,
        subject=gettext_lazy("%(kind)s has been obtained: %(project)s"),
        words=_approval_words,
        link=lambda fact: f"{reverse('projects:page', args=[fact.about.project_id])}#approvals",
        county=lambda fact: fact.about.project.county,
    ),
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
