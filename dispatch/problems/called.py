"""What the calendar sends on: what units wrote in the newest round of lines, and the problems that are open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.called import Called
from core.days.office import at
from core.records.order import last
from dispatch.problems.models import Problem
from dispatch.rounds.models import Round, RoundRow
from projects.models import Project


def _row(project: Project, owner: int, note: str, problem: str) -> dict[str, Any]:
    return {
        "pk": project.pk,
        "about": project.name,
        "unit": str(project.lead_unit),
        "unit_id": project.lead_unit_id,
        "owner": owner,
        "note": note,
        "problem": problem,
    }


def _gather(county: Any, on: date) -> list[dict[str, Any]]:
    """Of each project that wrote something in the newest round due by *on*, or has a problem open, a line: what was
    written, then each problem with the unit that deals with it."""
    before = at(on + timedelta(days=1))
    newest = Round.objects.exclude(kind=Round.Kind.MONTHLY).filter(county=county, due_at__lt=before).first()
    written = RoundRow.objects.asked().filter(round=newest, submitted_at__isnull=False)
    rows = written.select_related("project__lead_unit").order_by(last("project__number"), "pk") if newest else ()
    found = [_row(row.project, row.project.lead_unit_id, row.note, row.problem) for row in rows]
    problems = Problem.objects.filter(county=county, status=Problem.Status.OPEN, raised_on__lte=on)
    problems = problems.select_related("project__lead_unit", "owner_unit").order_by("due_on", "pk")
    return found + [_row(one.project, one.owner_unit_id, "", f"{one.title}（{one.owner_unit}）") for one in problems]


CALLED = (Called("hand_on", gather=_gather),)
