"""Leads that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from investment.leads.models import Lead, LeadStage, LeadState
from organization.units.models import Unit


def _leads(unit: Unit, now: datetime) -> int:
    return Lead.objects.filter(squad=unit, state=LeadState.ACTIVE).exclude(stage=LeadStage.LANDED).count()


AFFECTED = (Affected("unit", _("Investment leads that the unit follows"), _leads),)
