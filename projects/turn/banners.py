from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.banners import Banner
from organization.units.models import Unit
from projects.turn.force import plans_in_force

MONTHS = (1, 2, 3)  # a year that is without plans longer than that says so in its rankings only


def _no_plan(county: Unit, on: date) -> str:
    """In the first months, where the year has no plan in force."""
    if on.month not in MONTHS or plans_in_force(county, on.year):
        return ""
    return _("The plans of %(year)s aren't in force yet: rates, lights and ranking don't count") % {"year": on.year}


BANNERS = (Banner("turn", _no_plan),)
