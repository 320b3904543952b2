"""Which units have to say that their continued projects went on: in spring, by the county's days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.days.office import at
from core.due import Due, DueItem
from organization.people.models import User
from organization.permissions import works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.resumptions.models import not_resumed
from projects.resumptions.pages import planned_by
from projects.resumptions.rules import ResumptionRules

END_OF_WORK = time(18, 0)
NAMED = 3


def _to_resume(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One item a unit, with as many projects as it has to say it of; due by the earliest of them."""
    on, rules = timezone.localdate(now), rules_of(county)[ResumptionRules]
    if not rules.enabled or on < rules.first(on.year):
        return
    by_unit: dict[Unit, list[Project]] = {}
    for project in not_resumed(county.pk, on.year).select_related("lead_unit").order_by("pk"):
        by_unit.setdefault(project.lead_unit, []).append(project)
    mine = {unit: own for unit, own in by_unit.items() if person is None or works_for(person, unit)}
    wanted = [project.pk for own in mine.values() for project in own]
    of_year = AnnualPlan.objects.in_force(on).filter(project__in=wanted, year=on.year)
    plans = {plan.project_id: plan for plan in of_year}
    for unit, own in mine.items():
        said = ngettext("%(n)s continued project", "%(n)s continued projects", len(own))
        yield DueItem(
            kind="resumption",
            key=f"resumption:{on.year}:{unit.pk}",
            unit_id=unit.pk,
            title=_("Say when the works went on"),
            about=said % {"n": len(own)},
            why=_(", ").join(project.name for project in own[:NAMED]),
            due_at=at(min(planned_by(plans.get(one.pk), on.year, rules) for one in own), END_OF_WORK),
            link=f"{reverse('projects:list')}?resumed=no&unit={unit.code}",
            action=_("Choose them"),
            count=len(own),
        )


KINDS = {
    "resumption": gettext_lazy("Works that go on in spring"),
}
DUE = (Due("resumptions", _to_resume, KINDS),)
