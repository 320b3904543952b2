"""Whether a county's plans of a year are in force: asked by every page in January, and before anybody is ranked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.days.periods import Period
from core.refusals import Refused
from organization.units.models import Unit
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.registry.months.models import ProjectMonth
from projects.turn.models import GOES_ON, TurnOfYear
from projects.turn.passage import in_force


def plans_in_force(county: Unit | int, year: int) -> bool:
    """Three small queries at most."""
    turn = TurnOfYear.objects.filter(county=county, year=year).first()
    if turn is not None:
        return in_force(turn, planned=False, before=False)
    planned = _planned(county, year)  # where no turn drafts them the months' rows have them, by county
    return in_force(None, planned=planned, before=planned or _planned(county, year - 1))


def _planned(county: Unit | int, year: int) -> bool:
    return ProjectMonth.objects.of(county, Period.month(year, 12)).filter(plan__isnull=False).exists()


def demand_in_force(county: Unit, year: int) -> None:
    """Raises Refused where no plan of *year* is in force: nobody is ranked by what is only drafted."""
    if not plans_in_force(county, year):
        raise Refused(_("No plan of %(year)s is in force yet: nobody is ranked before") % {"year": year})


def without_amount(turn: TurnOfYear) -> Sequence[Project]:
    """The projects that go on and have no amount in the plan of the year."""
    planned = AnnualPlan.objects.with_drafts().filter(year=turn.year, investment__isnull=False).values("project")
    lines = turn.lines.filter(becomes__in=GOES_ON).exclude(project__in=planned).order_by("project_id")
    return [line.project for line in lines.select_related("project__lead_unit")]
