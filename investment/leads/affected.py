"""Leads that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from investment.leads import services
from investment.leads.models import Lead, LeadState
from organization.people.models import User
from organization.units.models import Unit


def _leads(unit: Unit, now: datetime) -> int:
    return Lead.objects.unlanded().filter(squad=unit, state=LeadState.ACTIVE).count()


def _landing(unit: Unit, now: datetime) -> int:
    return Lead.objects.unlanded().filter(landing_unit=unit, state=LeadState.ACTIVE).count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now, reason=reason)


AFFECTED = (
    Affected("unit", _("Investment leads that the unit follows"), _leads, _hand_on),
    Affected("unit", _("Investment leads that are to land there"), _landing, stays="handed on with those it follows"),
)
