"""Which things a county fixes for each project of the year (四定), and which of them a plan lacks: pure, one table.

Each is said twice, of facts and as a condition of the database; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.shapes import between, one_of
from organization.profiles.rules import Section
from projects.registry.models import Sponsor


@dataclass(frozen=True)
class Facts:
    """What is fixed of one project for *year*, and what of the project decides which days have to be."""

    year: int
    investment: int | None = None
    target: str = ""
    measures: str = ""
    team: str = ""
    responsible: str = ""  # of the plan
    starts_on: date | None = None
    resumes_on: date | None = None
    completes_on: date | None = None
    sponsored: bool = False
    person: str = ""  # of the project
    started_on: date | None = None
    planned_start: date | None = None
    planned_completion: date | None = None
    end_year: int | None = None

    @classmethod
    def of(cls, project: Any, plan: Any, year: int, *, sponsored: bool) -> Facts:
        """Of a project and its plan of *year* (None: there is none)."""
        fixed = {name: getattr(plan, name) for name in FIXED} if plan else {}
        own = {name: getattr(project, name) for name in OF_PROJECT}
        return cls(year, sponsored=sponsored, person=project.responsible, **fixed, **own)

    @property
    def starts(self) -> bool:
        """Whether it is to start in the year: nothing was started before."""
        return self.started_on is None or self.started_on.year >= self.year

    @property
    def completes(self) -> bool:
        """Whether it is to be completed in the year."""
        planned = self.planned_completion
        return self.end_year == self.year or (planned is not None and planned.year == self.year)


FIXED = ("investment", "target", "measures", "team", "responsible", "starts_on", "resumes_on", "completes_on")
OF_PROJECT = ("started_on", "planned_start", "planned_completion", "end_year")
DAYS = ("starts_on", "resumes_on", "completes_on")


@dataclass(frozen=True)
class Fix:
    """One of the fixed ones: its word, whether *facts* lack it, and the same of projects with the plan of the year
    beside (`fixed`, a left join)."""

    key: str
    label: str | Promise
    lacks: Callable[[Facts], bool]
    where: Callable[[int], Q]


def _blank(name: str) -> Q:
    return Q(**{f"fixed__{name}": ""}) | Q(fixed__id=None)


def _no_day(name: str) -> Q:
    return Q(**{f"fixed__{name}": None})


def _starts(year: int) -> Q:
    return Q(started_on=None) | Q(started_on__gte=date(year, 1, 1))


def _completes(year: int) -> Q:
    return Q(end_year=year) | Q(planned_completion__range=(date(year, 1, 1), date(year, 12, 31)))


FIXES: tuple[Fix, ...] = (
    Fix("money", pgettext_lazy("fixed", "Investment"), lambda f: f.investment is None,
        lambda year: Q(fixed__investment=None)),
    Fix("target", pgettext_lazy("fixed", "Progress target"), lambda f: not f.target, lambda year: _blank("target")),
    Fix("sponsor", pgettext_lazy("fixed", "Sponsoring leader"), lambda f: not f.sponsored,
        lambda year: Q(~Exists(Sponsor.objects.filter(project=OuterRef("pk"))))),
    Fix("person", pgettext_lazy("fixed", "Responsible person"), lambda f: not (f.responsible or f.person),
        lambda year: _blank("responsible") & Q(responsible="")),
    Fix("measures", pgettext_lazy("fixed", "Measures"), lambda f: not f.measures, lambda year: _blank("measures")),
    Fix("team", pgettext_lazy("fixed", "Working team"), lambda f: not f.team, lambda year: _blank("team")),
    Fix("start", pgettext_lazy("fixed", "Day of the start"),
        lambda f: f.starts and not (f.starts_on or f.planned_start),
        lambda year: _starts(year) & _no_day("starts_on") & Q(planned_start=None)),
    Fix("resumption", pgettext_lazy("fixed", "Day of the resumption"), lambda f: not f.starts and not f.resumes_on,
        lambda year: Q(started_on__lt=date(year, 1, 1)) & _no_day("resumes_on")),
    Fix("completion", pgettext_lazy("fixed", "Day of the completion"),
        lambda f: f.completes and not (f.completes_on or f.planned_completion),
        lambda year: _completes(year) & _no_day("completes_on") & Q(planned_completion=None)),
    Fix("nodes", pgettext_lazy("fixed", "Days of the plan"), lambda f: not any(getattr(f, name) for name in DAYS),
        lambda year: _no_day("starts_on") & _no_day("resumes_on") & _no_day("completes_on")),
)  # fmt: skip
BY_KEY = {fix.key: fix for fix in FIXES}


@dataclass(frozen=True)
class PlanRules:
    """What the county fixes of each project for the year, and from which day a unit is asked for what is missing
    (month 0: it isn't asked)."""

    fixed: tuple[Annotated[str, one_of(BY_KEY)], ...] = ("money", "target", "sponsor", "person")
    asked_month: Annotated[int, between(0, 12)] = 0
    asked_day: Annotated[int, between(1, 28)] = 1

    def asked_on(self, year: int) -> date | None:
        """The day of *year* by which all is to be fixed."""
        return date(year, self.asked_month, self.asked_day) if self.asked_month else None


def missing(facts: Facts, fixed: Iterable[str]) -> list[str]:
    """The keys of *fixed* that *facts* lack, in the county's order."""
    return [key for key in fixed if BY_KEY[key].lacks(facts)]


def lacking(keys: Iterable[str], year: int) -> Q:
    """Projects that lack any of *keys*; none where nothing is asked."""
    found = Q(pk=0)
    for key in keys:
        if key in BY_KEY:
            found |= BY_KEY[key].where(year)
    return found


def as_it_was(plan: Any) -> dict[str, Any] | None:
    """What `take_back_filled` needs of *plan* to put it back; None where there is none."""
    if plan is None:
        return None
    kept = {name: getattr(plan, name) for name in (*FIXED, "months", "quarters", "change_reason")}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}


RULES = (Section("plans", PlanRules),)
