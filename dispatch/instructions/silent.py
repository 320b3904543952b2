"""Red projects of which nobody has said why: no open problem, no word in the last report that counts, no instruction
that stands. The rule twice, in words and as a query; a test compares the two."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.days.periods import Period
from dispatch.instructions.models import Instruction
from dispatch.problems.models import Problem
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import Facts, Light, codes, light
from projects.models import MonthlyReport, Project, ProjectMonth
from projects.registry.months.pages import as_it_stood
from projects.reports.months import latest_period
from projects.rules import LightRules

RED = tuple(codes("red"))


def is_silent(light: str, *, open_problem: bool, said: str, asked: bool) -> bool:
    """Whether a project of that *light* owes a word: *said* is the explanation or the problem in its last counted
    report of the year, *asked* that an instruction stands."""
    return light in RED and not open_problem and not said.strip() and not asked


def silent(county: Unit, period: Period, where: Q = Q()) -> QuerySet[Any]:  # noqa: B008  # never changed
    """The rows at the end of *period* of the county's projects of which `is_silent` is true, with their `light`."""
    own = {"county": county, "project": OuterRef("project")}
    instructions = Instruction.objects.filter(county=county).standing()
    on_problems = instructions.filter(problem__project=OuterRef("project"), problem__county=county)
    # By the month of the figure that the light is of: one look by the key of a project's month.
    last = MonthlyReport.objects.filter(project=OuterRef("project"), month=OuterRef("done_month")).counted()
    rows = ProjectMonth.objects.of(county, period).filter(where)
    red = rows.with_light(period, rules_of(county)[LightRules]).filter(light__in=RED)
    return red.filter(
        ~Exists(Problem.objects.filter(**own).open()),
        ~Exists(instructions.filter(project=OuterRef("project"))),
        ~Exists(on_problems),
        ~Exists(last.exclude(explanation="", problem="")),
    )


def red_light(project: Project, on: date) -> Light | None:
    """The red light of *project* on the day *on*, as its page shows it; None if it has another colour."""
    row, period = as_it_stood(project, latest_period(project.county, on), on)
    if row is None:
        return None
    found = light(Facts.of(row), period, rules_of(project.county)[LightRules])
    return found if found.colour == "red" else None
