"""The closed loop on one screen: projects, amounts, days and what is late at each node. Reads: three queries, however
many projects there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median
from urllib.parse import urlencode

from django.urls import reverse

from core.days.periods import Period
from dispatch.loop.nodes import LATE, NODES, PROBLEMS, UNDATED, Lain, Node, day_of, standing, troubled
from projects.list.asked import Asked
from projects.registry.months.models import ProjectMonth


@dataclass(frozen=True)
class One:
    """A project as it stands at a node; amounts are yuan, `days` None where it isn't known since when."""

    pk: int
    name: str
    unit: int
    total: int | None
    plan: int | None
    days: int | None
    late: bool

    @property
    def href(self) -> str:
        return reverse("projects:page", args=[self.pk])


@dataclass
class Stand:
    """A node with the projects that stand there; its figures are sums of these."""

    node: Node
    period: Period
    projects: list[One] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.projects)

    @property
    def total(self) -> int | None:
        """Total investment, yuan; None where no project there has one."""
        return _sum(one.total for one in self.projects)

    @property
    def plan(self) -> int | None:
        """Plans of the year, yuan; None where no project there has one."""
        return _sum(one.plan for one in self.projects)

    @property
    def days(self) -> list[int]:
        return [one.days for one in self.projects if one.days is not None]

    @property
    def median(self) -> int | None:
        """Days that half of them have lain there at least; of an even number the mean of both in the middle, a half
        rounded up."""
        return int(Fraction(median(self.days)) + Fraction(1, 2)) if self.days else None

    @property
    def longest(self) -> One | None:
        """Who has lain there longest, the first on file of several."""
        known = [one for one in self.projects if one.days is not None]
        return max(known, key=lambda one: (one.days or 0, -one.pk), default=None)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.projects)

    @property
    def undated(self) -> int:
        return self.number - len(self.days)

    @property
    def href(self) -> str:
        return self._href("")

    @property
    def late_href(self) -> str:
        return self._href(LATE)

    @property
    def undated_href(self) -> str:
        return self._href(UNDATED)

    def _href(self, part: str) -> str:
        node = f"{self.node.code}.{part}" if part else self.node.code
        return f"{reverse('projects:list')}?{urlencode({'period': str(self.period), 'node': node})}"


@dataclass(frozen=True)
class Loop:
    """The seven nodes on the day `on`, in their order."""

    stands: list[Stand]
    period: Period
    on: date
    earlier: Period | None
    later: Period | None

    @property
    def number(self) -> int:
        """The projects that count, each once: problems are beside the other nodes."""
        return sum(one.number for one in self.stands if one.node.code != PROBLEMS)

    @property
    def href(self) -> str:
        return f"{reverse('projects:list')}?{urlencode({'period': str(self.period), 'counted': 'yes'})}"


def loop(asked: Asked) -> Loop:
    """The closed loop of what the person may see, as of the month that is asked for."""
    found = {node.code: Stand(node, asked.period) for node in NODES}
    problems = {row["project"]: row for row in troubled(asked)}
    mine = None if asked.visible is None else set(asked.visible)
    day = day_of(asked)
    for one in standing(asked):
        if mine is not None and one.project not in mine:
            continue
        found[one.node].projects.append(_one(one, one.since, one.late, day))
        if row := problems.get(one.project):
            found[PROBLEMS].projects.append(_one(one, row["since"], not row["in_time"], day))
    earlier, later = asked.period.previous(), asked.period.next()
    there = ProjectMonth.objects.of(asked.county, earlier).exists()
    return Loop(
        list(found.values()),
        asked.period,
        day,
        earlier if there else None,
        later if later <= Period.of(asked.on) else None,
    )


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _one(lain: Lain, since: date | None, late: bool, on: date) -> One:
    days = None if since is None else max((on - since).days, 0)
    return One(lain.project, lain.name, lain.unit, lain.total, lain.plan, days, late)
