"""What people are told when many projects become theirs at once: one notice, not one a project."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.told import Fact, Told
from projects.registry.told import officers


def _unit(fact: Fact) -> dict[str, Any]:
    return {"unit": fact.about}


def _unit_told(key: str, subject: Any) -> Told:
    return Told(
        key,
        people=lambda fact: officers(fact.about, fact),
        subject=subject,
        words=_unit,
        link=lambda fact: f"{reverse('projects:list')}?unit=mine",
        county=lambda fact: fact.about.county,
    )


def _leader_told(key: str, subject: Any) -> Told:
    return Told(
        key,
        people=lambda fact: fact.to,
        subject=subject,
        words=lambda fact: {"post": fact.about},
        link=lambda fact: f"{reverse('projects:list')}?sponsor=mine",
        county=lambda fact: fact.about.unit.county,
    )


TOLD = (
    _unit_told("projects_handed", _("These projects are led by %(unit)s now")),
    _unit_told("projects_handed_back", _("These projects aren't led by %(unit)s after all: it was taken back")),
    _leader_told("projects_sponsored", _("As %(post)s you sponsor more projects from today on")),
    _leader_told("projects_sponsored_back", _("As %(post)s you don't sponsor these after all: it was taken back")),
)
