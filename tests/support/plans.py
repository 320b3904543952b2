"""Plans that were filled in together, to be taken back."""

from __future__ import annotations

from typing import Any

from core import undo
from core.models import Done
from core.records.history import newest_version
from projects.models import AnnualPlan
from projects.plans.rules import as_it_was
from projects.plans.services import set_plan
from tests.support.factories import NOW, WAN


def plans_filled(about: Any, year: int = 2026) -> Done:
    """The office changed the plan of the project of *about* in the year's grid."""
    office, project = about.people.office, about.project
    before = as_it_was(project.plans.filter(year=year).first())
    set_plan(project, year, investment=790 * WAN, by=office, now=NOW, reason="调整")
    seen = newest_version(AnnualPlan, project=project.pk, year=year)
    row = {"pk": project.pk, "year": year, "before": before, "seen": seen, "name": project.name}
    return undo.keep("plans_filled", by=office, now=NOW, words="已保存", rows=[row])
