"""What was published of a month, as later months are compared with it: without its inputs, which are many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from core.days.periods import Period
from dispatch.standings.models import RankingSnapshot
from organization.units.models import Unit

CONTEST = "monthly"


@dataclass(frozen=True)
class Published:
    """What of a month's published ranking a later month is compared with: its groups and totals as they were kept."""

    groups: Sequence[Mapping[str, Any]]
    totals: Mapping[str, Any]

    def ranks(self, key: str, order_by: str) -> dict[int, int | None]:
        """The published ranks of group *key* by unit; none if there was no such group or it was ranked otherwise."""
        same = (group for group in self.groups if (group["key"], group["order_by"]) == (key, order_by))
        return {row["unit_id"]: row["rank"] for row in next(same, {"rows": ()})["rows"]}


def published_of(county: Unit, periods: Iterable[Period]) -> dict[str, Published]:
    """What was published of *periods*, by period; those that weren't are missing. One query, without the inputs."""
    rows = RankingSnapshot.objects.standing().filter(county=county, contest=CONTEST)
    rows = rows.filter(period__in=[str(one) for one in periods])
    kept = rows.order_by().values_list("period", F("data__groups"), F("data__totals"))
    return {period: Published(groups, totals) for period, groups, totals in kept}
