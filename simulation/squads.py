"""The squads of the demonstration: somebody works in each, and each has projects, where the county has squads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import Random

from django.utils.translation import gettext as _

from organization.people.models import Role, User
from organization.people.services import post_for
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import Project
from projects.registry import services as registry

MOST = 8  # projects of one squad


def staff(county: Unit) -> None:
    """A post in each squad that has none, so that its account shows what a squad member sees."""
    for squad in Squad.objects.filter(unit__county=county, unit__posts=None).select_related("unit"):
        post_for(squad.unit, _("Squad member"), Role.SQUAD)


def assign(county: Unit, projects: Iterable[Project], *, by: User, now: datetime, seed: int) -> None:
    """Each squad gets some projects, of its lead and member units first. The dice are its own: a county without squads
    lives the same year as before."""
    random, every = Random(seed), sorted(projects, key=lambda project: project.pk)
    given: dict[int, list[Unit]] = {}
    for squad in Squad.objects.filter(unit__county=county).select_related("unit").prefetch_related("members"):
        own = {squad.lead_id, *(unit.pk for unit in squad.members.all())}
        near = [project for project in every if project.lead_unit_id in own]
        far = [project for project in every if project.lead_unit_id not in own]
        for project in [*random.sample(near, min(MOST - 2, len(near))), *random.sample(far, min(2, len(far)))]:
            given.setdefault(project.pk, []).append(squad.unit)
    for project in every:
        if project.pk in given:
            units = [*project.cooperating_units.all(), *given[project.pk]]
            registry.edit(project, by=by, now=now, cooperating_units=units)
