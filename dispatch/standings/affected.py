"""Published rankings in which a unit stands: they stay."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.standings.models import RankingSnapshot
from organization.units.models import Unit


def _published(unit: Unit, now: datetime) -> int:
    groups = RankingSnapshot.objects.filter(county=unit.county_id).values_list("data__groups", flat=True)
    return sum(any(row["unit_id"] == unit.pk for one in found for row in one["rows"]) for found in groups)


AFFECTED = (
    Affected("unit", _("Published rankings in which it stands"), _published, stays="published is kept", past=True),
)
