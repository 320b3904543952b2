"""The county that is replayed: its people and how they are, what will happen to its projects, and the dice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random

from django.utils import timezone

from core.days.periods import Period
from core.days.workdays import add_workdays
from core.habits import Living
from organization.people.models import User
from organization.portfolios.models import Coverage
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.models import MonthlyReport, Project
from projects.rules import MonthlyRules, current_period
from simulation import money
from simulation.rules import DemonstrationRules
from simulation.seeds import ProjectSeed

AT_ONCE = -99  # the habit of those who report as soon as a month opens
LEFT_LYING = 8  # working days: what came in during the last ones is on people's desks when the replay ends


@dataclass
class World:
    """The county with its people, what will happen to its projects, and the dice."""

    county: Unit
    rules: Rules
    random: Random
    office: User
    office_head: User
    end: date
    people: list[User] = field(default_factory=list)
    officers: dict[int, User] = field(default_factory=dict)  # by unit
    leaders: list[User] = field(default_factory=list)
    seeds: dict[int, ProjectSeed] = field(default_factory=dict)  # by project
    projects: dict[int, Project] = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)  # reports near the end, by what is to be done
    approvers: dict[str, User] = field(default_factory=dict)  # by kind of approval, where the county names its unit
    coverage: Coverage = field(init=False)  # which leader answers for what
    living: Living = field(init=False)  # what the apps' own people do
    habits: dict[int, int] = field(default_factory=dict)  # working days before (−) or after the due day, by unit
    moods: dict[int, tuple[float, ...]] = field(default_factory=dict)  # how each unit keeps to its plans, by month
    thorough: dict[int, int] = field(default_factory=dict)  # how often it fills in what it needn't: see `reporting`
    listed: set[int] = field(default_factory=set)  # projects whose checklist was looked through
    half: int = 0  # the unit that has reported half of the last month

    @property
    def demonstration(self) -> DemonstrationRules:
        return self.rules[DemonstrationRules]

    @property
    def frosty(self) -> bool:
        """Whether works outdoors rest in winter."""
        return money.is_frosty([percent / 100 for percent in self.demonstration.curve])

    @property
    def last_month(self) -> Period:
        """The month that is being reported when the replay ends: a third of it is there."""
        return current_period(self.end, self.rules[MonthlyRules])

    def near_the_end(self, day: date) -> bool:
        """Whether what is to be done on *day* may be left for whoever looks at the county."""
        return day > add_workdays(self.end, -LEFT_LYING)

    def turn(self, what: str, report: MonthlyReport) -> int:
        """How many reports came before *report* to somebody who is about to do *what* near the end."""
        seen = self.seen.setdefault(what, [])
        if report.pk not in seen:
            seen.append(report.pk)
        return seen.index(report.pk)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
