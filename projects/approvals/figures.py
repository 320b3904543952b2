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
    days: Days


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
        days=days_of(county, year, given),
    )


def _by(rows: Iterable[Mapping[str, Any]], key: Any) -> dict[Any, Quotient]:
    found: dict[Any, Quotient] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Quotient()) + Quotient(row["obtained_on"] is not None, 1)
    return found


@dataclass
class Spans:
    """The days of the projects of one unit, by what they lead to: each of its own."""

    label: str
    to_permit: list[int]
    to_completion: list[int]

    @property
    def mean_to_permit(self) -> Fraction | None:
        return mean(self.to_permit)

    @property
    def mean_to_completion(self) -> Fraction | None:
        return mean(self.to_completion)


@dataclass(frozen=True)
class Days:
    """The days from the filing to the construction permit and to completion, of each project planned to start in the
    year that has both: all of them, by lead unit and by competent department; and to each approval that a unit gives,
    by unit, the quickest first."""

    whole: Spans
    leads: list[Spans]
    departments: list[Spans]
    givers: list[Spans]  # `to_permit`: to whatever it gives


def days_of(county: Unit, year: int, given: Mapping[str, Unit]) -> Days:
    """Two queries. A document of before the filing counts in none."""
    projects = Project.objects.filter(county=county, planned_start__year=year, state=State.ACTIVE)
    names = ("lead_unit__short_name", "competent_unit__short_name")
    about = {row["pk"]: row for row in projects.order_by("pk").values("pk", "completed_on", *names)}
    kinds = {ApprovalKind.FILING.value, ApprovalKind.CONSTRUCTION.value, *given}
    of = Approval.objects.filter(project__in=projects, kind__in=kinds).order_by("project", "pk")
    papers: dict[int, dict[str, date]] = {}
    for pk, kind, day in of.values_list("project", "kind", "obtained_on"):
        papers.setdefault(pk, {})[kind] = day
    whole = Spans("", [], [])
    leads: dict[str, Spans] = {}
    departments: dict[str, Spans] = {}
    givers: dict[str, Spans] = {}
    for pk, mine in papers.items():
        row = about[pk]
        permit = _between(mine, mine.get(ApprovalKind.CONSTRUCTION))
        completion = _between(mine, row["completed_on"])
        parts = [whole, leads.setdefault(row[names[0]], Spans(row[names[0]], [], []))]
        if department := row[names[1]]:
            parts.append(departments.setdefault(department, Spans(department, [], [])))
        for part in parts:
            part.to_permit += [] if permit is None else [permit]
            part.to_completion += [] if completion is None else [completion]
        for kind, unit in given.items():
            if kind != ApprovalKind.FILING and (days := _between(mine, mine.get(kind))) is not None:
                givers.setdefault(unit.short_name, Spans(unit.short_name, [], [])).to_permit.append(days)
    return Days(whole, _quickest(leads), _quickest(departments), _quickest(givers))


def _quickest(found: Mapping[str, Spans]) -> list[Spans]:
    """Those with days, fewest on average first; who has none to the permit stands last."""
    rows = [one for one in found.values() if one.to_permit or one.to_completion]
    return sorted(rows, key=lambda one: (one.mean_to_permit is None, one.mean_to_permit or 0, one.label))


def _between(days: Mapping[str, date], end: date | None) -> int | None:
    filed = days.get(ApprovalKind.FILING)
    return (end - filed).days if filed and end and end >= filed else None
