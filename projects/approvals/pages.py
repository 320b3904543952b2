"""What the desk of approvals shows, and who puts which approval on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, F, Q

from organization.people.models import User
from organization.profiles.rules import Rules
from organization.units.models import Unit
from projects.choices import ApprovalKind, Stage
from projects.registry.models import Approval, Project, ProjectQuerySet
from projects.registry.permissions import authorities, can_record_approval


@dataclass(frozen=True)
class Missing:
    """A project and the approvals of the desk's kinds that it still needs."""

    project: Project
    kinds: list[ApprovalKind]
    late: int  # days since the planned start; 0 where it hasn't come, or none is on file


@dataclass(frozen=True)
class Rate:
    """Of the projects planned to start this year: how many have the approval."""

    kind: ApprovalKind
    unit: Unit
    needed: int
    obtained: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(100 * self.obtained, self.needed) if self.needed else None


@dataclass(frozen=True)
class Rights:
    """Who puts what on file for one project: the kinds that the person may, the units that give some of them."""

    kinds: list[ApprovalKind]
    given: Mapping[str, Unit]
    why_not: str

    @property
    def said(self) -> list[tuple[str, str]]:
        """By unit, the names of what it gives and puts on file itself."""
        found: dict[str, list[str]] = {}
        for kind in ApprovalKind:
            if kind in self.given:
                found.setdefault(str(self.given[kind]), []).append(str(kind.label))
        return [(unit, "、".join(labels)) for unit, labels in found.items()]


def rights(user: User, project: Project, rules: Rules | None = None) -> Rights:
    given = authorities(project.county, rules)
    answers = {kind: can_record_approval(user, project, kind, given) for kind in ApprovalKind}
    refusals = [answer.why for answer in answers.values() if not answer]
    return Rights([kind for kind, answer in answers.items() if answer], given, refusals[0] if refusals else "")


def lacking(projects: ProjectQuerySet, kinds: Iterable[str]) -> ProjectQuerySet:
    """Those of *projects* that are under way and lack one of *kinds*, whose start was planned first first."""
    wanted = list(kinds)
    has = Count("approvals", filter=Q(approvals__kind__in=wanted), distinct=True)
    found = projects.active().exclude(stage=Stage.COMPLETED).alias(has=has).filter(has__lt=len(wanted))
    return found.order_by(F("planned_start").asc(nulls_last=True), "pk")


def missing(projects: Iterable[Project], kinds: Mapping[str, Unit], on: date) -> list[Missing]:
    """*projects* with their approvals read."""
    found = []
    for project in projects:
        lacks = [kind for kind in ApprovalKind if kind in kinds and kind not in project.approval_kinds]
        start = project.planned_start
        found.append(Missing(project, lacks, max((on - start).days, 0) if start else 0))
    return found


def rates(projects: ProjectQuerySet, kinds: Mapping[str, Unit], year: int) -> list[Rate]:
    """Obtained and needed, by kind: the projects planned to start in *year*."""
    starting = projects.active().filter(planned_start__year=year)
    needed = starting.count()
    obtained = Approval.objects.filter(project__in=starting, kind__in=kinds).order_by()
    counts = dict(obtained.values_list("kind").annotate(n=Count("pk")))
    return [Rate(kind, kinds[kind], needed, counts.get(kind, 0)) for kind in ApprovalKind if kind in kinds]
