"""What the pages of changes are told by: each morning's red projects, and who has looked up to when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.home.models import Look, RedDay
from dispatch.home.reds import RED, rows_of
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.reports.months import latest_period
from projects.rules import LightRules

KEPT = 100  # days


def keep_reds(county: Unit, *, now: datetime) -> int:
    """Keeps which projects are red on the day of *now*, once a day; how many days were kept. Old ones go."""
    on = timezone.localdate(now)
    if RedDay.objects.filter(county=county, on=on).exists():
        return 0
    period = latest_period(county, on)
    rows = rows_of(county, period).with_light(period, rules_of(county)[LightRules]).filter(light__in=RED)
    reds = sorted(rows.order_by().values_list("project_id", flat=True))
    _day, made = RedDay.objects.get_or_create(county=county, on=on, defaults={"reds": reds})
    RedDay.objects.filter(county=county, on__lt=on - timedelta(days=KEPT)).delete()
    return int(made)


def note_look(person: User, *, at: datetime, now: datetime) -> Look:
    """*person* has seen what changed up to *at*; never later than *now*, never back to an earlier moment."""
    seen = max(min(at, now), now - timedelta(days=KEPT))
    look, made = Look.objects.get_or_create(person=person, defaults={"at": seen})
    if not made and look.at < seen:
        look.at = seen
        look.save(update_fields=["at"])
    return look
