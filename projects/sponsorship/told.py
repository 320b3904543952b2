"""What people are told: what was settled at a site, and that a report lies with the leader."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.told import Fact, Told
from organization.people import recipients
from organization.people.models import User


def _unit(fact: Fact) -> list[User]:
    return [person for person in recipients.of_unit(fact.about.project.lead_unit) if person != fact.by]


def _leader(fact: Fact) -> list[User]:
    holder = fact.about.post.holder
    return [holder] if holder is not None and holder.is_active and holder != fact.by else []


TOLD = (
    Told(
        "visit_settled",
        people=_unit,
        subject=gettext_lazy("%(who)s settled on site, %(day)s: %(project)s"),
        words=lambda fact: {
            "who": fact.about.who,
            "day": figures.day(fact.about.on),
            "project": fact.about.project.name,
        },
        link=lambda fact: reverse("projects:project_sponsorship", args=[fact.about.project_id]),
        county=lambda fact: fact.about.project.county,
    ),
    Told(
        "leader_report",
        people=_leader,
        subject=gettext_lazy("The report on your sponsored projects in %(month)s is here"),
        words=lambda fact: {"month": figures.month(fact.about.month)},
        link=lambda fact: reverse("projects:leader_report", args=[fact.about.post_id, fact.about.month]),
        county=lambda fact: fact.about.post.unit.county,
    ),
)
