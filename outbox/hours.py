"""When it is quiet in which county."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.days.office import OFFICE_HOURS, Days, Hours, is_quiet
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from outbox.rules import ReminderRules


def hours_of(county: Unit | None) -> Hours:
    """The county's; the usual ones of who belongs to none."""
    return rules_of(county)[ReminderRules].hours if county else OFFICE_HOURS


def quiet_counties(counties: Iterable[int], *, now: datetime, days: Days) -> set[int]:
    """Those of *counties* (keys) in which nothing goes out now."""
    found = Unit.objects.filter(pk__in=set(counties))
    return {unit.pk for unit in found if is_quiet(now, days, hours_of(unit))}
