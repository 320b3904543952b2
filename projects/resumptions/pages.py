"""What pages show of resumptions: those of a project, what its plan says, what an act makes of rows. Reads only."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.lists.acts import Line, Values
from organization.people.models import User
from organization.units.models import Unit
from projects.many.rows import aside
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project
from projects.resumptions.models import Resumption
from projects.resumptions.rules import ResumptionRules


def planned_by(plan: AnnualPlan | None, year: int, rules: ResumptionRules) -> date:
    """By which day works are to go on: the county's day, or the end of the first month with an amount in the plan by
    month, if that is later."""
    last = rules.last(year)
    first = next((n for n, amount in enumerate(plan.months, 1) if amount), 0) if plan else 0
    return max(last, date(year, first, monthrange(year, first)[1])) if first else last


@dataclass(frozen=True)
class Resumptions:
    rows: list[Resumption]
    goes_on: bool  # had started before this year, and isn't completed before it
    by: date  # to resume by this day
    missing: bool  # none of this year on file


def of_project(project: Project, on: date, rules: ResumptionRules) -> Resumptions:
    rows = list(Resumption.objects.filter(project=project))
    first = date(on.year, 1, 1)
    started = project.started_on is not None and project.started_on < first
    goes_on = started and (project.completed_on is None or project.completed_on >= first)
    plan = AnnualPlan.objects.in_force(on).filter(project=project, year=on.year).first()
    missing = goes_on and all(row.year != on.year for row in rows)
    return Resumptions(rows, goes_on, planned_by(plan, on.year, rules), missing)


def chosen(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    """What the act makes of each project: the day that is to be put on file, or why not."""
    on = timezone.localdate(now)
    day: date | None = values["resumed_on"] if values else None
    year = day.year if day else on.year
    visible = Project.objects.visible_to(user).filter(pk__in=pks, county=county).select_related("lead_unit")
    projects = {project.pk: project for project in visible}
    there = dict(Resumption.objects.filter(project__in=projects, year=year).values_list("project", "resumed_on"))
    found = []
    for project in (projects[pk] for pk in pks if pk in projects):
        was, may = there.get(project.pk), can_edit_project(user, project)
        why = aside(project) or ("" if may else may.why)
        if not why and was:
            why = _("Its resumption is on file already")
        elif not why and (project.started_on is None or project.started_on.year >= year):
            why = _("It hadn't started before %(year)s: its start is what counts") % {"year": year}
        elif not why and day and project.completed_on and project.completed_on < day:
            why = _("It was completed before that day")
        href = reverse("projects:page", args=[project.pk])
        said = (figures.day(was) if was else "", figures.day(day) if day else "")
        found.append(Line(project.pk, project.name, href, project.version, *said, why))
    return found
