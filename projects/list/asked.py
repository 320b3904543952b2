"""What the project list is asked: by whom, as of which month, under which rules, and what filters look up once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from core.days.periods import Period
from core.lists import filters as lists
from core.lists.kept import kept
from core.records.marks import counts_of, said_of
from core.records.order import last
from core.records.prepared import prepared
from core.web.once import once
from organization.people.models import Post
from organization.permissions import sees_whole_county
from organization.portfolios.models import Coverage, Portfolio
from organization.profiles.rules import Rules
from organization.units.tree import below, homes_on, tree
from projects.choices import State
from projects.registry.models import Project, Sponsor
from projects.registry.months.models import ProjectMonth, ProjectMonthQuerySet
from projects.reports.months import owed
from projects.rules import MonthlyRules, current_period

NAMED = 2_000  # projects in one statement, which then is made of their keys
NONE = Q(pk=0)  # an empty list would empty the query that counts all views at once
GONE = (State.WITHDRAWN, State.MERGED, State.SPLIT)

Which = Callable[..., QuerySet[Project]]


class PostLine(NamedTuple):
    """A post of the county: `sponsors` something, `answers` for a portfolio today."""

    pk: int
    title: str
    title_en: str
    role: str
    active: bool
    sponsors: bool
    answers: bool


@dataclass(frozen=True)
class Asked(lists.Asked):
    """Beside who asks: as of which month the figures are, and under which rules."""

    period: Period
    rules: Rules
    fixed_period: str = ""  # the month, if the address names it

    @cached_property
    def reporting(self) -> Period:
        """The month that is being reported on now."""
        return current_period(self.on, self.rules[MonthlyRules])

    @cached_property
    def rows(self) -> ProjectMonthQuerySet:
        """The county's projects as they stood at the end of the month."""
        return ProjectMonth.objects.of(self.county, self.period)

    @cached_property
    def marks(self) -> list[str]:
        """The first differs after each write of a row of the month, the other after each write of a project."""
        about = (self.county.pk, self.period)  # a tab of another month, or of the same one, asks as well
        return once(("marks", *about), lambda: said_of(_counts(*about), 2))

    @property
    def mark(self) -> str:
        """Differs after each write of a row of the month."""
        return self.marks[0]

    @cached_property
    def visible(self) -> list[int] | None:
        """The projects that the person may see today; None where that is the whole county."""
        if sees_whole_county(self.user, self.county):
            return None
        return list(Project.objects.visible_to(self.user).order_by("pk").values_list("pk", flat=True))

    @cached_property
    def units(self) -> list[Any]:
        """The county's units, to say what stood below what, and by which name, at the end of the month; with whether
        each led a project then, or was competent for one, and its squad."""

        def involved() -> tuple[Any, ...]:
            pairs = self.rows.order_by().values_list("lead_unit", "competent_unit").distinct()
            return tuple(zip(*pairs, strict=True)) if pairs else ((), ())

        roles = kept("units", f"{self.county.pk} {self.period} {self.mark}", involved)
        units: list[Any] = list(tree(self.county).annotate(squad_pk=F("squad__pk")))
        for unit in units:
            unit.led, unit.competent = (unit.pk in pks for pks in roles)
        return units

    @cached_property
    def packages(self) -> tuple[tuple[int, str], ...]:
        """The packages of the month that the person sees, by their numbers."""

        def find() -> tuple[tuple[int, str], ...]:
            rows = self.rows.filter(packs=True).order_by(last("project__number"), "project")
            return tuple(rows.values_list("project", "project__name"))

        found = kept("packages", f"{self.county.pk} {self.period} {' '.join(self.marks)}", find)
        return found if self.visible is None else tuple(one for one in found if one[0] in self.visible)

    def below(self, tops: Iterable[int]) -> list[int]:
        """The units *tops* (by pk) and all that stood below them at the end of the month."""
        return below(self.units, set(tops), self.period.last)

    @cached_property
    def homes(self) -> dict[int, int]:
        """Which unit each unit's projects are counted for."""
        return homes_on(self.units, self.period.last)

    @cached_property
    def coverage(self) -> Coverage:
        """Who answers for what today."""
        return Coverage(self.county, self.on)

    @cached_property
    def posts(self) -> list[PostLine]:
        """The county's posts, with whether they sponsor something (`sponsors`) and have a portfolio today (`answers`).
        Each is looked up once; to filter by them as well would ask twice."""
        return [PostLine(*row) for row in _posts(self.county.pk, self.on)]

    @cached_property
    def owed(self) -> Q:
        """Those that are expected to report on the month that is being reported on, and didn't hand in."""
        return of_these(owed, self.county.pk, self.reporting)

    @cached_property
    def approved(self) -> Q:
        """Those that have an approval and are planned all the same."""
        return of_these(_approved, self.county.pk)

    @property
    def carried(self) -> dict[str, str]:
        return {"period": self.fixed_period} if self.fixed_period else {}


def of_projects(projects: QuerySet[Project]) -> Q:
    """Of what isn't kept by months: the projects as they are today."""
    return Q(project__in=projects.order_by().values("pk"))


def of_these(which: Which, *about: Any) -> Q:
    """The same by their keys: quicker than to look each row up, and counts stay known while these are the same ones.
    Too many for a statement are looked up."""
    pks = [pk for (pk,) in _keys(which, *about)]
    return Q(project__in=pks or [0]) if len(pks) <= NAMED else of_projects(which(*about))


@prepared
def _keys(which: Which, *about: Any) -> QuerySet[Any, Any]:
    return which(*about).order_by("pk").values_list("pk")[: NAMED + 1]


def _approved(county: int) -> QuerySet[Project]:
    return Project.objects.filter(county=county).planned_with_approval()


@prepared
def _counts(county: int, period: Period) -> QuerySet[Any, Any]:
    return counts_of(ProjectMonth.objects.of(county, period), Project.objects.filter(county=county))


@prepared
def _posts(county: int, on: date) -> QuerySet[Any, Any]:
    sponsors = Exists(Sponsor.objects.filter(post=OuterRef("pk")))
    answers = Exists(Portfolio.objects.on(on).filter(post=OuterRef("pk")))
    posts = Post.objects.filter(unit__county=county).order_by("unit__position", "position", "pk")
    return posts.annotate(sponsors=sponsors, answers=answers).values_list(*PostLine._fields)
