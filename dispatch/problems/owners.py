"""Which unit has to solve a problem, before anybody has said another one."""

from __future__ import annotations

from datetime import date

from dispatch.problems.rules import ProblemRules
from organization.portfolios.models import Coverage
from organization.units.models import Unit, UnitKind
from projects.models import Project


def default_owner(
    category: str, project: Project, rules: ProblemRules, on: date, raised_unit: Unit | None = None
) -> Unit:
    """The unit that the county names for the *category*, else the project's competent department, else the first
    department of the portfolio that the project belongs to on the day *on*, else the command office, which hands it
    on. Who raises a problem isn't asked to solve it: then it is the next one's.
    """
    office = Unit.objects.filter(county=project.county_id, kind=UnitKind.OFFICE, active=True).order_by(
        "position", "pk"
    )
    known = rules.category(category)
    code = known.unit if known else ""
    named = Unit.objects.filter(county=project.county_id, code=code).first() if code else None
    asked = [unit.standing for unit in (named, project.competent_unit) if unit]
    found = next((unit for unit in asked if unit.active), None) or _of_portfolio(project, on)
    if found is not None and found != raised_unit:
        return found
    return office.first() or found or project.lead_unit


def _of_portfolio(project: Project, on: date) -> Unit | None:
    """The first department of the leader's portfolio that covers the project, by its lead unit or its sector."""
    covered = Coverage(project.county_id, on)
    posts = covered.leaders(sector=project.sector, unit=project.lead_unit)
    units = [unit for row in covered.rows if row.post in posts[:1] for unit in row.units.all()]
    departments = [unit for unit in units if unit.kind == UnitKind.DEPARTMENT and unit.active]
    return min(departments, key=lambda unit: (unit.position, unit.pk), default=None)
