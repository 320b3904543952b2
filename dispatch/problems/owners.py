"""Which unit has to solve a problem, before anybody has said another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dispatch.problems.rules import OFFICE, Place, ProblemRules
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
    code = rules.unit_for(category)
    named = Unit.objects.filter(county=project.county_id, code=code).first() if code else None
    asked = [unit.standing for unit in (named, project.competent_unit) if unit]
    found = next((unit for unit in asked if unit.active), None) or _of_portfolio(project, on)
    if found is not None and found != raised_unit:
        return found
    return office.first() or found or project.lead_unit


@dataclass(frozen=True)
class Placing:
    """Where a problem lies when it comes in: its level, its owner, and whether it is placed with that."""

    level: int
    unit: Unit
    placed: bool


def placing(
    category: str,
    project: Project,
    rules: ProblemRules,
    on: date,
    *,
    raised_unit: Unit | None = None,
    owner: Unit | None = None,
    by_office: bool = False,
) -> Placing:
    """The county's line for *category* and portfolio, else the lowest level and the *owner* that was asked for, or
    the default one. Placed it is by who places, by a line, or where the county leaves it to the rule and a unit that
    can solve it is named: what nobody is named for waits for the office."""
    line = _line(category, project, rules, on)
    named = Unit.objects.filter(county=project.county_id, code=line.unit).first() if line and line.unit else None
    by_line = named.standing if named is not None and named.standing.active else None
    unit = owner or by_line or default_owner(category, project, rules, on, raised_unit)
    level = rules.rung(line.level) if line else 0
    if by_office and owner is not None:
        return Placing(level, unit, placed=True)
    known = unit.kind != UnitKind.OFFICE or (by_line == unit)
    return Placing(level, unit, placed=rules.place != OFFICE and known)


def _line(category: str, project: Project, rules: ProblemRules, on: date) -> Place | None:
    lines = [line for line in rules.places if not line.category or category in rules.within([line.category])]
    if not any(line.portfolio for line in lines):
        return lines[0] if lines else None
    posts = Coverage(project.county_id, on).leaders(sector=project.sector, unit=project.lead_unit)
    fits = (one for one in lines if not one.portfolio or any(post.called(one.portfolio) for post in posts))
    return next(fits, None)


def _of_portfolio(project: Project, on: date) -> Unit | None:
    """The first department of the leader's portfolio that covers the project, by its lead unit or its sector."""
    covered = Coverage(project.county_id, on)
    posts = covered.leaders(sector=project.sector, unit=project.lead_unit)
    units = [unit for row in covered.rows if row.post in posts[:1] for unit in row.units.all()]
    departments = [unit for unit in units if unit.kind == UnitKind.DEPARTMENT and unit.active]
    return min(departments, key=lambda unit: (unit.position, unit.pk), default=None)
