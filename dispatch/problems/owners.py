"""Which unit has to solve a problem, before anybody has said another one."""

from __future__ import annotations

from datetime import date

from dispatch.problems.rules import ProblemRules
from organization.units.models import Unit, UnitKind
from projects.models import Project


def default_owner(
    category: str, project: Project, rules: ProblemRules, on: date, raised_unit: Unit | None = None
) -> Unit:
    """The unit that the county names for the *category*, else the project's competent department, else the command
    office, which hands it on. Who raises a problem isn't asked to solve it: then it is the command office's too.
    """
    office = Unit.objects.filter(county=project.county_id, kind=UnitKind.OFFICE, active=True).order_by(
        "position", "pk"
    )
    known = rules.category(category)
    code = known.unit if known else ""
    named = Unit.objects.filter(county=project.county_id, code=code).first() if code else None
    found = named.standing if named else project.competent_unit
    if found is not None and found != raised_unit:
        return found
    return office.first() or found or project.lead_unit
