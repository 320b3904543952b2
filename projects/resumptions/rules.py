"""When continued projects are due to resume: what a county's profile says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.shapes import Say, between
from organization.profiles.rules import Profile, Section


@dataclass(frozen=True)
class ResumptionRules:
    """From which day of spring on units are asked for resumptions, and by which day continued projects resume. A plan
    by month that begins later moves the second."""

    enabled: bool = True
    from_month: Annotated[int, between(1, 12)] = 2
    from_day: Annotated[int, between(1, 28)] = 20
    by_month: Annotated[int, between(1, 12)] = 3
    by_day: Annotated[int, between(1, 28)] = 28

    def first(self, year: int) -> date:
        return date(year, self.from_month, self.from_day)

    def last(self, year: int) -> date:
        return date(year, self.by_month, self.by_day)


def _in_order(table: Any, profile: Profile, say: Say) -> None:
    names = ("from_month", "from_day", "by_month", "by_day")
    found = [table.get(name) if isinstance(table, Mapping) else None for name in names]
    if all(isinstance(value, int) for value in found) and found[:2] > found[2:]:
        say(("resumption", "by_month"), _("the day by which works resume lies before the day from which it is asked"))


RULES = (Section("resumption", ResumptionRules, check=_in_order),)
