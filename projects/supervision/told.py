"""What people are told about a note of supervision."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _unit(fact: Fact) -> list[User]:
    return [person for person in recipients.of_unit(fact.about.project.lead_unit) if person != fact.by]


def _link(fact: Fact) -> str:
    return f"{reverse('projects:project_supervision', args=[fact.about.project_id])}#n{fact.about.pk}"


TOLD = (
    Told(
        "supervision_noted",
        people=_unit,
        subject=gettext_lazy("Supervision has written a note: %(project)s"),
        words=lambda fact: {"project": fact.about.project.name},
        link=_link,
        county=lambda fact: fact.about.project.county,
    ),
    Told(
        "supervision_answered",
        people=lambda fact: [fact.about.by],
        subject=gettext_lazy("Your note of supervision is answered: %(project)s"),
        words=lambda fact: {"project": fact.about.project.name},
        link=_link,
        county=lambda fact: fact.about.project.county,
    ),
)
