"""What people are told of a schedule: a milestone is late, a target day is put off."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _watching(fact: Fact) -> list[User]:
    """The command office and the leaders who sponsor the project."""
    project = fact.about.project
    leaders = [one.post.holder for one in project.sponsors.select_related("post__holder") if one.post.holder]
    people = [*recipients.office(project.county), *(one for one in leaders if one.is_active)]
    return [person for person in people if person != fact.by]


def _link(fact: Fact) -> str:
    return reverse("projects:schedule", args=[fact.about.project_id])


TOLD = (
    Told(
        "milestone_late",
        people=lambda fact: recipients.of_unit(fact.about.project.lead_unit),
        subject=gettext_lazy("Milestone late since %(day)s: %(what)s, %(project)s"),
        words=lambda fact: {
            "day": figures.day(fact.about.planned_on, fact.about.planned_on),
            "what": fact.about.name,
            "project": fact.about.project.name,
        },
        link=_link,
        county=lambda fact: fact.about.project.county,
        once=lambda fact: f"milestone_late:{fact.about.pk}:{fact.about.planned_on}",
    ),
    Told(
        "schedule_put_off",
        people=_watching,
        subject=gettext_lazy("Target day put off to %(day)s: %(project)s"),
        words=lambda fact: {
            "day": figures.day(fact.about.target_on, figures.local(fact.now)),
            "project": fact.about.project.name,
        },
        link=_link,
        county=lambda fact: fact.about.project.county,
    ),
)
