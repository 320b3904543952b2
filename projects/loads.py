"""What was said of projects before follows the classes of a county's file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from organization.profiles.rules import Load
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.services import classify, unclassed


def _classify(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return classify(county, now=now)


def _unclassed(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return unclassed(Project.objects.filter(county=county), county, "sector", "cluster")


LOADS = (
    Load(_("projects classed: %s"), _classify, order=50),
    Load(_("projects of no class in the list, left as written: %s"), _unclassed, order=51, notice=True),
)
