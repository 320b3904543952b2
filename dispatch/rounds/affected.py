"""Lines of open rounds that hang on a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.rounds import services
from dispatch.rounds.models import RoundRow
from dispatch.rounds.rows.services import more_days_go_on
from organization.people.models import User
from organization.units.models import Unit


def _owed(unit: Unit, now: datetime) -> int:
    return RoundRow.objects.filter(unit=unit, round__closed_at=None).missing().count()


def _hand_on(unit: Unit, to: Unit, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(unit, to, by=by, now=now)
    more_days_go_on(unit, to, by=by, now=now)


AFFECTED = (Affected("unit", _("Reports that the unit owes in open rounds"), _owed, _hand_on),)
