from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.banners import Banner
from core.days.moved import is_told
from organization.units.models import Unit


def _days_missing(county: Unit, on: date) -> str:
    """From 1 December on, while next year's moved working days are missing."""
    if on.month != 12 or is_told(on.year + 1):
        return ""
    said = _("The moved working days of %(year)s are missing: enter them on the page of working days")
    return said % {"year": on.year + 1}


BANNERS = (Banner("calendar_days", _days_missing),)
