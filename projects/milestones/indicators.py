"""The share of milestones that were reached on the day first planned."""

from __future__ import annotations

from datetime import date

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.indicators import Indicator
from projects.milestones.models import Milestone


def _count(period: Period, where: Q) -> Combinable:
    rows = Milestone.objects.filter(
        project=OuterRef("project"), first_on__gte=date(period.year, 1, 1), first_on__lte=period.last
    )
    counts = rows.with_actual().filter(where).order_by().values("project").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=BigIntegerField()), 0, output_field=BigIntegerField())


MILESTONE_RATE = Indicator(
    key="milestone_rate",
    label=_("Milestone rate"),
    unit="count",
    rule=_(
        "Of the milestones first planned for this year and no later than the end of this month, the share that was "
        "reached by the day first planned. A milestone that is put off stays due on its first day."
    ),
    numerator=lambda period: _count(period, Q(actual_on__lte=F("first_on"))),
    denominator=lambda period: _count(period, Q()),
)
INDICATORS = (MILESTONE_RATE,)
