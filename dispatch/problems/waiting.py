"""Problems that climb by themselves unless somebody reports a result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from dispatch.problems.services import next_climbs
from jobs.waiting import Line, Waiting
from organization.models import Unit

SHOWN = 8


def _climbing(county: Unit, now: datetime) -> Iterator[Line]:
    for problem in next_climbs(county, now=now)[:SHOWN]:
        note = _("climbs on the next working morning if %(unit)s reports no result") % {"unit": problem.owner_unit}
        yield Line(problem.title, note, reverse("dispatch:problem", args=[problem.pk]), _("Look"))


WAITS = (Waiting("climbing", 20, _climbing),)
