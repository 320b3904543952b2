"""What pages show of packages: the parts of one with their figures, what an act makes of rows. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.days.periods import Period
from core.indicators import percent
from core.lists.acts import Line, Values
from core.records.order import last
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import Facts, Light, light
from projects.many.rows import aside
from projects.packages.gates import not_a_package, not_a_part
from projects.packages.permissions import can_pack
from projects.packages.rows import own_figures
from projects.registry.models import Project
from projects.registry.months.models import ProjectMonth
from projects.rules import LightRules

AT_MOST = 50  # parts on the page; the list has all


@dataclass(frozen=True)
class Part:
    row: ProjectMonth
    light: Light
    seen: bool  # whether the person may open it
    rate: Fraction | None


@dataclass(frozen=True)
class Package:
    """The parts that a package has today, as they stood at the end of the month; sums are of those that count then.
    Yuan, percent."""

    parts: Sequence[Part]
    number: int
    counted: int
    total_investment: int
    plan: int
    done: int

    @property
    def rate(self) -> Fraction | None:
        return percent(self.done, self.plan)

    @property
    def more(self) -> int:
        return self.number - len(self.parts)


def of_package(package: Project, user: User, period: Period) -> Package:
    """Two queries, however many parts there are."""
    rules = rules_of(package.county)[LightRules]
    parts_now = Project.objects.parts_of(package).order_by().values("pk")
    rows = ProjectMonth.objects.of(package.county, period).filter(project__in=parts_now)
    found = list(rows.select_related("project", "lead_unit").order_by(last("project__number"), "project"))
    counted = [row for row in found if row.state == "active" and not row.over]
    visible = set(
        Project.objects.visible_to(user).filter(pk__in=[row.project_id for row in found]).values_list("pk", flat=True)
    )
    parts = [
        Part(
            row,
            light(Facts.of(row), period, rules),
            row.project_id in visible,
            percent(row.done or 0, row.plan) if row.plan else None,
        )
        for row in found[:AT_MOST]
    ]
    return Package(
        parts,
        len(found),
        len(counted),
        sum(row.total_investment or 0 for row in counted),
        sum(row.plan or 0 for row in counted),
        sum(row.done or 0 for row in counted if row.plan),
    )


def _lines(user: User, county: Unit, pks: Sequence[int], rule: Callable[[Project], tuple[str, str]]) -> list[Line]:
    visible = Project.objects.visible_to(user).filter(pk__in=pks, county=county).select_related("lead_unit", "package")
    projects = {project.pk: project for project in visible}
    found = []
    for project in (projects[pk] for pk in pks if pk in projects):
        will, why = rule(project)
        may = can_pack(user, project)
        why = aside(project) or ("" if may else may.why) or why
        was = str(project.package) if project.package and project.is_part else ""
        href = reverse("projects:page", args=[project.pk])
        found.append(Line(project.pk, project.name, href, project.version, was, will, why))
    return found


def put_in(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    """What the act makes of each: into which package, or why not."""
    package: Project | None = values["package"] if values else None
    why_none = not_a_package(package, own_figures(package, timezone.localdate(now))) if package else ""
    return _lines(user, county, pks, lambda project: (str(package or ""), why_none or not_a_part(project, package)))


def taken_out(user: User, county: Unit, pks: Sequence[int], now: datetime, values: Values | None) -> list[Line]:
    return _lines(user, county, pks, lambda project: ("", "" if project.is_part else _("It is in no package")))
