"""What a county's file leaves open about problems: the categories that nobody owns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dispatch.problems.rules import ProblemRules
from organization.profiles.rules import Load, rules_of
from organization.units.models import Unit


def _nobodys(county: Unit, data: Mapping[str, Any], now: datetime) -> list[str]:
    return rules_of(county)[ProblemRules].nobodys


LOADS = (
    Load(_("categories of problems that no unit owns, the office places them: %s"), _nobodys, order=70, notice=True),
)
