"""Which approvals are missing though the start that was planned is near: one item for each unit that gives them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days.office import at
from core.due import Due, DueItem
from organization.people.models import Role, User
from organization.permissions import works_for
from organization.units.models import Unit
from projects.approvals.pages import lacking
from projects.registry.models import STARTED_STAGES, Project
from projects.registry.permissions import authorities

NEAR = timedelta(days=30)  # before the planned start
END_OF_WORK = time(18, 0)


def _missing(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    if person is not None and not person.holds(Role.APPROVER, at=county):
        return
    by_unit: dict[Unit, list[str]] = {}
    for kind, unit in authorities(county).items():
        by_unit.setdefault(unit, []).append(kind)
    near = timezone.localdate(now) + NEAR
    for unit, kinds in by_unit.items():
        if person is not None and not works_for(person, unit, Role.APPROVER):
            continue
        projects = Project.objects.filter(county=county, planned_start__lte=near).exclude(stage__in=STARTED_STAGES)
        found = list(lacking(projects, kinds))
        if not found or found[0].planned_start is None:
            continue
        said = ngettext("%(n)s project", "%(n)s projects", len(found)) % {"n": len(found)}
        yield DueItem(
            kind="approval_missing",
            key=f"approvals:{unit.pk}",
            unit_id=unit.pk,
            title=_("Approvals missing before the planned start"),
            about=found[0].name if len(found) == 1 else said,
            why=_("the first starts on %(day)s") % {"day": f"{found[0].planned_start:%Y-%m-%d}"},
            due_at=at(found[0].planned_start, END_OF_WORK),
            link=reverse("projects:approvals"),
            action=_("Look"),
            count=len(found),
        )


DUE = (Due("approvals", _missing),)
