"""Packages read: which project is meant, what figures it has of its own, what of it stands in a month."""

from __future__ import annotations

from datetime import date

from core.amounts.cells import tight
from organization.units.models import Unit
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.reports.models import MonthlyReport


def meant(county: Unit, text: str) -> Project | None:
    """The project of *county* with the number in the registry or the name *text*; None for none, or for several."""
    number = text.strip()
    found = Project.objects.filter(county=county).kept()
    if number.isascii() and number.isdecimal() and len(number) < 9:
        return found.filter(number=int(number)).first()
    like = [one for one in found.filter(name__icontains=number[:1]) if tight(one.name) == tight(text)]
    return like[0] if len(like) == 1 else None


def own_figures(project: Project, on: date) -> bool:
    """Whether *project* has a plan with an amount, or a report, of the year of *on* or later."""
    plans = AnnualPlan.objects.with_drafts().filter(project=project, year__gte=on.year, investment__isnull=False)
    return plans.exists() or MonthlyReport.objects.filter(project=project, month__gte=f"{on.year}-01").exists()
