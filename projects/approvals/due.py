"""What is due of approvals: those missing before a planned start or past their deadline, by the unit that gives them;
validities that end before works begin, by the unit that leads the project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.days.office import at
from core.due import Due, DueItem
from organization.people.models import Role, User
from organization.permissions import works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals.models import ApprovalItem, ending
from projects.approvals.pages import lacking
from projects.registry.models import STARTED_STAGES, Project
from projects.registry.permissions import authorities
from projects.rules import ApprovalRules

NEAR = timedelta(days=30)  # before the planned start
SOON = timedelta(days=7)  # before a deadline
END_OF_WORK = time(18, 0)


def _desks(county: Unit, person: User | None) -> dict[Unit, list[str]]:
    """The units that give approvals, with their kinds; those for which *person* approves."""
    if person is not None and not person.holds(Role.APPROVER, at=county):
        return {}
    by_unit: dict[Unit, list[str]] = {}
    for kind, unit in authorities(county).items():
        by_unit.setdefault(unit, []).append(kind)
    if person is None:
        return by_unit
    return {unit: kinds for unit, kinds in by_unit.items() if works_for(person, unit, Role.APPROVER)}


def _missing(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    near = timezone.localdate(now) + NEAR
    for unit, kinds in _desks(county, person).items():
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


def _deadlines(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    soon = timezone.localdate(now) + SOON
    for unit, kinds in _desks(county, person).items():
        items = ApprovalItem.objects.of_county(county).outstanding().filter(kind__in=kinds, deadline__lte=soon)
        rows = list(items.order_by("deadline").values_list("deadline", "project__name"))
        if not rows:
            continue
        first, name = rows[0]
        if first is None:
            continue
        said = ngettext("%(n)s approval", "%(n)s approvals", len(rows)) % {"n": len(rows)}
        yield DueItem(
            kind="approval_deadline",
            key=f"approval_deadlines:{unit.pk}",
            unit_id=unit.pk,
            title=_("Approvals near or past their deadline"),
            about=name if len(rows) == 1 else said,
            why=_("the first by %(day)s") % {"day": f"{first:%Y-%m-%d}"},
            due_at=at(first, END_OF_WORK),
            link=f"{reverse('projects:approvals')}?due=near&due=over",
            action=_("Look"),
            count=len(rows),
        )


def _ending(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    by = timezone.localdate(now) + timedelta(days=max(rules_of(county)[ApprovalRules].warn_days, default=0))
    rules = rules_of(county)[ApprovalRules]
    for approval in ending(county, by).select_related("project__lead_unit").order_by("valid_until", "pk"):
        project, until = approval.project, approval.valid_until
        if until is None or (person is not None and not works_for(person, project.lead_unit)):
            continue
        yield DueItem(
            kind="approval_ending",
            key=f"approval_ending:{approval.pk}",
            unit_id=project.lead_unit_id,
            title=_("An approval ends before works begin"),
            about=project.name,
            why=_("%(kind)s is valid until %(day)s") % {"kind": rules.name(approval.kind), "day": f"{until:%Y-%m-%d}"},
            due_at=at(until, END_OF_WORK),
            link=reverse("projects:checklist", args=[project.pk]),
            action=_("Look"),
            project_id=project.pk,
        )


DUE = (
    Due("approvals", _missing, {"approval_missing": gettext_lazy("Approvals missing before a start")}),
    Due("approval_deadlines", _deadlines, {"approval_deadline": gettext_lazy("Deadlines of approvals")}),
    Due("approval_ending", _ending, {"approval_ending": gettext_lazy("Approvals that end")}),
)
