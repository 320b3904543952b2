"""The same problem in many projects seen as one: open problems by category and place, with their count. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from dispatch.problems.models import Problem, ProblemQuerySet
from dispatch.problems.rules import ProblemRules
from organization.units.models import Unit


@dataclass(frozen=True)
class Group:
    """Problems of one category at one place."""

    category: str
    label: str
    place: Unit
    projects: int
    problems: int
    late: int
    level: str  # the highest that one of them has reached


def groups(found: ProblemQuerySet, rules: ProblemRules, on: date) -> list[Group]:
    """The categories that are open in at least two projects of a place, those of most projects first. A merged double
    isn't open: it counts with the one that goes on. Two queries."""
    place = Coalesce("project__location", "project__lead_unit")
    late = Count("pk", filter=Q(status=Problem.Status.OPEN, due_on__lt=on))
    rows = (
        found.open()
        .order_by()
        .annotate(place=place)
        .values("category", "place")
        .annotate(projects=Count("project", distinct=True), problems=Count("pk"), late=late, highest=Max("level"))
        .filter(projects__gte=2)
    )
    kept = list(rows)
    units = Unit.objects.in_bulk({row["place"] for row in kept})
    made = [
        Group(
            category=row["category"],
            label=rules.in_full(row["category"]),
            place=units[row["place"]],
            projects=row["projects"],
            problems=row["problems"],
            late=row["late"],
            level=str(rules.ladder[min(row["highest"], len(rules.ladder) - 1)].label) if rules.ladder else "",
        )
        for row in kept
    ]
    return sorted(made, key=lambda one: (-one.projects, -one.problems, one.label, one.place.position, one.place.pk))
