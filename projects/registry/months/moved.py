"""Working days that the office corrected: the months' rows count anew by how many a milestone is late.

Months that are closed keep what they showed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from core.days.periods import Period
from organization.people.models import User
from projects.registry.models import Project
from projects.registry.months import services as months
from projects.registry.months.models import ProjectMonth
from projects.registry.months.rows import first_open


@transaction.atomic
def count_days_anew(days: Collection[date], *, by: User | None, now: datetime) -> int:
    """The rows between whose milestone and month's end one of *days* lies are made anew; of how many projects."""
    if not days:
        return 0
    since = Period.of(min(days))
    rows = ProjectMonth.objects.filter(node_due__lt=max(days), month__gte=str(since))
    scope = Project.objects.select_for_update().filter(pk__in=rows.order_by().values("project"))
    mine = list(scope.order_by("county_id", "pk").values_list("county_id", "pk"))
    for county, found in groupby(mine, key=lambda one: one[0]):
        first = Period.of(first_open(since.first, months.closed_months(county)))
        for part in months._parts([pk for _county, pk in found]):
            known, old = months._known(part, first), months._rows_on_file(part, first)
            steps = dict.fromkeys(part, first)
            months._write(known, old, steps, months.horizon(now), now, by, _("Working days corrected"))
    return len(mine)
