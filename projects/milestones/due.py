"""Milestones that fall due or are late: one item a project, with the earliest of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import groupby

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
from projects.choices import State
from projects.milestones.models import Milestone
from projects.milestones.rules import ScheduleRules

END_OF_WORK = time(18, 0)


def _due(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    today, rules = timezone.localdate(now), rules_of(county)[ScheduleRules]
    near = Milestone.objects.filter(county=county, planned_on__lte=today + timedelta(days=rules.due_days)).open()
    near = near.filter(project__county=county, project__state=State.ACTIVE).select_related("project__lead_unit")
    for project, found in groupby(near.order_by("project_id", "planned_on", "position"), key=lambda row: row.project):
        if person is not None and not works_for(person, project.lead_unit):
            continue
        rows = list(found)
        late = sum(row.planned_on < today - timedelta(days=rules.late_days) for row in rows)
        more = ngettext("%(n)s milestone late", "%(n)s milestones late", late) % {"n": late} if late else ""
        yield DueItem(
            kind="milestone",
            key=f"milestone:{project.pk}",
            unit_id=project.lead_unit_id,
            title=_("Reach a milestone: %(name)s") % {"name": rows[0].name},
            about=project.name,
            why=more,
            due_at=at(rows[0].planned_on, END_OF_WORK),
            link=f"{reverse('projects:schedule', args=[project.pk])}#m{rows[0].pk}",
            action=_("Look"),
            count=len(rows),
            project_id=project.pk,
        )


KINDS = {
    "milestone": gettext_lazy("Milestones to reach"),
}
DUE = (Due("milestones", _due, KINDS),)
