"""How far a county is with its approvals: items obtained of those needed, and the days from filing to permit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from core.indicators import Quotient
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.approvals.models import ApprovalItem
from projects.choices import ApprovalKind, State
from projects.registry.models import Approval, Project
from projects.registry.permissions import authorities
from projects.rules import ApprovalRules


@dataclass(frozen=True)
class Rate:
    """Items obtained of those needed; `query` narrows the desk to them."""

    label: str
    quotient: Quotient
    query: str = ""

    @property
    def share(self) -> Fraction | None:
        return self.quotient.value


@dataclass(frozen=True)
class Rates:
    whole: Rate
    projects: Quotient  # those that have all they need, of those that need something
    joint: Quotient
    kinds: list[Rate]
    units: list[Rate]  # that give them
    leads: list[Rate]  # that lead the projects
    rules: ApprovalRules  # with the county's targets
    to_permit: tuple[int, ...]
    to_completion: tuple[int, ...]

    @property
    def mean_to_permit(self) -> Fraction | None:
        return mean(self.to_permit)

    @property
    def mean_to_completion(self) -> Fraction | None:
        return mean(self.to_completion)


def mean(spans: Iterable[int]) -> Fraction | None:
    """The mean of *spans* in days, exact; None of none."""
    found = list(spans)
    return Fraction(sum(found), len(found)) if found else None


def rates(county: Unit, year: int, kinds: Collection[str] | None = None) -> Rates:
    """Of the projects of *county* planned to start in *year* that are under way, as they stand today; with *kinds* of
    these approvals only, those of a desk."""
    found: Any = ApprovalItem.objects.filter(  # brings columns of the document below
        project__county=county, project__planned_start__year=year, project__state=State.ACTIVE
    )
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    rows = list(
        found.needed()
        .with_document()
        .order_by("project__lead_unit__position", "project__lead_unit")
        .values(
            "project",
            "kind",
            "joint",
            "joint_on",
            "obtained_on",
            "project__lead_unit__short_name",
            "project__lead_unit__code",
        )
    )
    rules, given = rules_of(county)[ApprovalRules], authorities(county)
    lead, code = "project__lead_unit__short_name", "project__lead_unit__code"
    names = {row[code]: row[lead] for row in rows}
    of_kind = _by(rows, lambda row: row["kind"])
    of_unit = _by((row for row in rows if row["kind"] in given), lambda row: given[row["kind"]].pk)
    kinds_of = {unit.pk: [kind for kind in given if given[kind] == unit] for unit in given.values()}
    called = {unit.pk: unit.short_name for unit in given.values()}
    whole = _by(rows, lambda row: "").get("", Quotient())
    of_project = _by(rows, lambda row: row["project"])
    complete = sum(one.numerator == one.denominator for one in of_project.values())
    joint = [row for row in rows if row["joint"]]
    permit, completion = spans(county, year)
    return Rates(
        whole=Rate("", whole, urlencode({"year": year})),
        projects=Quotient(complete, len(of_project)),
        joint=Quotient(sum(row["joint_on"] is not None for row in joint), len(joint)),
        kinds=[
            Rate(rules.name(kind), of_kind[kind], urlencode({"year": year, "kind": kind}))
            for kind in dict.fromkeys((*ApprovalKind.values, *rules.by_code))
            if kind in of_kind
        ],
        units=[
            Rate(called[pk], one, urlencode({"year": year, "kind": kinds_of[pk]}, doseq=True))
            for pk, one in of_unit.items()
        ],
        leads=[
            Rate(names[key], one, urlencode({"year": year, "lead": key}))
            for key, one in _by(rows, lambda row: row[code]).items()
        ],
        rules=rules,
        to_permit=permit,
        to_completion=completion,
    )


def _by(rows: Iterable[Mapping[str, Any]], key: Any) -> dict[Any, Quotient]:
    found: dict[Any, Quotient] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Quotient()) + Quotient(row["obtained_on"] is not None, 1)
    return found


def spans(county: Unit, year: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The days from the filing to the construction permit, and from the filing to completion, of each project planned
    to start in *year* that has both."""
    projects = Project.objects.filter(county=county, planned_start__year=year, state=State.ACTIVE)
    ends = dict(projects.order_by("pk").values_list("pk", "completed_on"))
    kinds = (ApprovalKind.FILING, ApprovalKind.CONSTRUCTION)
    of = Approval.objects.filter(project__in=projects, kind__in=kinds).order_by("project")
    days: dict[int, dict[str, date]] = {}
    for pk, kind, day in of.values_list("project", "kind", "obtained_on"):
        days.setdefault(pk, {})[kind] = day
    permit = [_between(one, one.get(ApprovalKind.CONSTRUCTION)) for one in days.values()]
    completed = [_between(one, ends[pk]) for pk, one in days.items()]
    return tuple(n for n in permit if n is not None), tuple(n for n in completed if n is not None)


def _between(days: Mapping[str, date], end: date | None) -> int | None:
    filed = days.get(ApprovalKind.FILING)
    return (end - filed).days if filed and end and end >= filed else None
