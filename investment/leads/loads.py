"""What was said of leads before follows the classes of a county's file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from investment.leads.models import Lead
from investment.leads.services import classify
from organization.profiles.rules import Load
from organization.units.models import Unit
from projects.registry.services import unclassed


def _classify(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return classify(county, now=now)


def _unclassed(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return unclassed(Lead.objects.filter(county=county), county, "sector")


LOADS = (
    Load(_("leads classed: %s"), _classify, order=52),
    Load(_("leads of no class in the list, left as written: %s"), _unclassed, order=53, notice=True),
)
