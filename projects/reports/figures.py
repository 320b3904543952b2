"""The figures of a year beside a project, in one query: its plan, what is done, its light."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from core.days.periods import Period
from projects.lights import code_of
from projects.plans.models import AnnualPlan
from projects.reports.models import MonthlyReport
from projects.rules import LightRules


@lru_cache(maxsize=64)
def _figures(period: Period) -> dict[str, Subquery]:
    """The expressions of `with_figures`, built once: they are copied whenever a query takes them up."""
    plan = AnnualPlan.objects.filter(project=OuterRef("pk"), year=period.year)
    report = (
        MonthlyReport.objects.with_total()
        .filter(project=OuterRef("pk"), month__gte=f"{period.year}-01", month__lte=period.months()[-1])
        .order_by("-month")
    )
    return {
        "plan": Subquery(plan.values("investment")[:1]),
        "done": Subquery(report.values("works_ytd")[:1]),
        "done_month": Subquery(report.values("month")[:1]),
    }


def with_figures(projects: QuerySet[Any], period: Period) -> QuerySet[Any]:
    """Adds the year's figures as of *period*: `plan` (yuan or None), `done` (works of the year to date by the last
    counted report up to *period* that knows it, yuan or None) and `done_month`, the month of that report.

    The newest report is looked up once a project by its unique (project, month); the sum stays one query.
    """
    found: QuerySet[Any] = projects.annotate(**_figures(period))
    return found


def with_light(projects: QuerySet[Any], period: Period, rules: LightRules) -> QuerySet[Any]:
    """Adds `light`, the code of the light (`projects.lights`), and the figures that it needs."""
    found: QuerySet[Any] = with_figures(projects, period).annotate(light=code_of(period, rules))
    return found
