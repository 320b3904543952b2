"""How many photos of the month that is being reported on are odd."""

from __future__ import annotations

from django.utils import timezone

from organization.people.models import User
from organization.profiles.rules import rules_of
from projects.photos.models import Photo
from projects.rules import MonthlyRules, current_period


def odd(user: User) -> int:
    if user.county is None:
        return 0
    period = current_period(timezone.localdate(), rules_of(user.county)[MonthlyRules])
    return Photo.objects.there().of_months(user.county, period).filter(flagged=True).count()
