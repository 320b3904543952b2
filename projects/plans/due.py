"""Who owes something of the year's plans: a unit, from the day that the county's file names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Count
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
from projects.plans.lists import of_year
from projects.plans.rules import PlanRules, lacking
from projects.registry.models import Project

END_OF_WORK = time(18, 0)


def _to_fix(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One line a unit: how many of its projects lack something."""
    today = timezone.localdate(now)
    rules = rules_of(county)[PlanRules]
    asked_on = rules.asked_on(today.year)
    if asked_on is None or today < asked_on:
        return
    found = of_year(Project.objects.filter(county=county), today.year).filter(lacking(rules.fixed, today.year))
    counts = dict(found.order_by().values_list("lead_unit").annotate(n=Count("pk", distinct=True)))
    for unit in Unit.objects.filter(pk__in=counts):
        if person is not None and not works_for(person, unit):
            continue
        yield DueItem(
            kind="plan_missing",
            key=f"plan_missing:{unit.pk}:{today.year}",
            unit_id=unit.pk,
            title=_("Fill in what the plans of %(year)s lack") % {"year": today.year},
            about=ngettext("%(n)s project", "%(n)s projects", counts[unit.pk]) % {"n": counts[unit.pk]},
            due_at=at(asked_on, END_OF_WORK),
            link=f"{reverse('projects:plans', args=[today.year])}?unit={unit.pk}",
            action=_("Fill in"),
            count=counts[unit.pk],
        )


KINDS = {
    "plan_missing": gettext_lazy("What the year's plans lack"),
}
DUE = (Due("plans", _to_fix, KINDS),)
