"""What the desk of a month shows: what waits for a decision, page by page, and what the units still owe. Reads.

All that waits is looked at for the counts, in the few fields that they stand on; only a page's rows are read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.lookups import In

from core.days.periods import Period
from core.records.order import last
from organization.people.models import Post, Role, User
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.photos.pages import tallies
from projects.plans.models import AnnualPlan
from projects.registry.models import Project, Sponsor
from projects.reports.grid import Row
from projects.reports.models import WAITING, MonthlyReport
from projects.reports.months import EDITABLE, Standing, facts_of, must_report, owed, standings, with_status
from projects.reports.questions import MEASURES, questions
from projects.rules import ReportRules

PER_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A report that waits. `plain`: it can be taken together with others, since nothing is asked and no sponsor is
    still to be heard."""

    pk: int
    version: int
    unit: int
    plain: bool
    unheard: bool


@dataclass
class UnitReports:
    """A unit's part of the review: the rows of this page, and all that waits of it on whatever page."""

    unit: Unit
    waiting: Sequence[Waiting]
    rows: list[Row] = field(default_factory=list)

    @property
    def plain(self) -> list[Waiting]:
        return [one for one in self.waiting if one.plain]

    @property
    def seen(self) -> str:
        return seen(self.waiting)


def seen(waiting: Iterable[Waiting]) -> str:
    """Which reports a decision about all of them is about, each in its version: “7:2 9:1”."""
    return " ".join(f"{one.pk}:{one.version}" for one in waiting if one.plain)


@dataclass
class Missing:
    """What a unit still owes, and whom to ring."""

    unit: Unit
    projects: int = 0
    drafts: int = 0
    returned: int = 0
    officers: list[Post] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """What *user* is asked to decide in the month *period*: for the office all that went up, for a leader what they
    sponsor."""

    user: User
    county: Unit
    period: Period
    rules: ReportRules

    @cached_property
    def office(self) -> bool:
        return self.user.is_office_of(self.county)

    def reports(self) -> QuerySet[MonthlyReport]:
        """In the order of the page: unit by unit."""
        states = WAITING if self.office else (ReportStatus.SUBMITTED,)
        found = with_projects(self.county, self.period, *states)
        if not self.office:
            found = found.filter(project__in=Project.objects.sponsored_by(self.user).values("pk"))
        return found.order_by(
            "project__lead_unit__position", "project__lead_unit", last("project__number"), "project_id"
        )

    @cached_property
    def waiting(self) -> list[Waiting]:
        """All that waits, whatever the page: three queries."""
        posts = Sponsor.objects.filter(post__unit__county=self.county, post__active=True, post__holder__isnull=False)
        held = In(F("project"), posts.order_by().values("project"))
        facts = (
            "pk",
            "project",
            "month",
            "works",
            "works_before",
            *MEASURES,
            "status",
            "version",
            "project__lead_unit",
        )
        found = list(self.reports().select_related("project").only(*facts).annotate(held=held))
        ids = [report.project_id for report in found]
        plans = dict(
            AnnualPlan.objects.in_force(self.period.last)
            .filter(project__in=ids, year=self.period.year)
            .values_list("project", "investment")
        )
        known = _known(found, self.period)
        result = []
        for report in found:
            standing = Standing(plans.get(report.project_id), earlier=known.get(report.project_id, {}))
            # for a leader it is his own word that the report waits for
            unheard = self.office and report.status == ReportStatus.SUBMITTED and getattr(report, "held", False)
            plain = not unheard and not questions(facts_of(report, standing), self.rules)
            result.append(Waiting(report.pk, report.version, report.project.lead_unit_id, plain, unheard))
        return result

    def page(self, number: str | None) -> Page[Waiting]:
        return Paginator(self.waiting, PER_PAGE).get_page(number)

    def groups(self, page: Page[Waiting]) -> list[UnitReports]:
        """The rows of *page* under their units."""
        of_unit: dict[int, list[Waiting]] = {}
        for one in self.waiting:
            of_unit.setdefault(one.unit, []).append(one)
        groups: dict[int, UnitReports] = {}
        for row in self.rows(page.object_list):
            unit = row.project.lead_unit
            group = groups.setdefault(unit.pk, UnitReports(unit, of_unit.get(unit.pk, ())))
            group.rows.append(row)
        return list(groups.values())

    def rows(self, waiting: Iterable[Waiting]) -> list[Row]:
        found = list(whole(waiting))
        photos = tallies(self.county, self.period, [report.project_id for report in found])
        stands = standings([report.project_id for report in found], self.period)
        unheard = {one.pk for one in waiting if one.unheard}
        rows = []
        for report in found:
            row = Row(report.project, self.period, stands[report.project_id], self.rules, report)
            row.photos = photos.get(report.project_id)
            row.waits = report.pk in unheard
            row.sponsors = [sponsor.post for sponsor in report.project.sponsors.all()]
            rows.append(row)
        return rows


def with_projects(county: Unit, period: Period, *states: str) -> QuerySet[MonthlyReport]:
    """The month's reports, for those who ask their projects too: these are the county's, joined together."""
    return MonthlyReport.objects.of_county(county, period, *states).filter(project__county=county)


def whole(waiting: Iterable[Waiting]) -> list[MonthlyReport]:
    """The reports themselves, in the same order, with what a row shows of them."""
    keys = [one.pk for one in waiting]
    found = MonthlyReport.objects.select_related("project__lead_unit", "submitted_by", "approved_by")
    by_key = found.prefetch_related("project__sponsors__post").in_bulk(keys)
    return [by_key[pk] for pk in keys if pk in by_key]


def _known(reports: Iterable[MonthlyReport], period: Period) -> dict[int, Mapping[str, int]]:
    """The measures of the year as last known before *period*, by project: of those that report one now."""
    ids = [report.project_id for report in reports if any(getattr(report, name) is not None for name in MEASURES)]
    told = Q(**{f"{MEASURES[0]}__isnull": False})
    for name in MEASURES[1:]:
        told |= Q(**{f"{name}__isnull": False})
    earlier = MonthlyReport.objects.filter(told, month__gte=f"{period.year}-01", month__lt=str(period))
    found: dict[int, dict[str, int]] = {}
    for project, *values in earlier.filter(project__in=ids).order_by("month").values_list("project", *MEASURES):
        known = {name: value for name, value in zip(MEASURES, values, strict=True) if value is not None}
        found.setdefault(project, {}).update(known)
    return dict(found)


def missing(county: Unit, period: Period) -> list[Missing]:
    """The units that owe reports of *period*, with their officers: three queries."""
    counts = (
        with_status(county, period)
        .filter(must_report(county, period), Q(report_status__isnull=True) | Q(report_status__in=EDITABLE))
        .order_by()
        .values_list("lead_unit")
        .annotate(
            n=Count("pk"),
            drafts=Count("pk", filter=Q(report_status=ReportStatus.DRAFT)),
            returned=Count("pk", filter=Q(report_status=ReportStatus.RETURNED)),
        )
    )
    found = {unit: numbers for unit, *numbers in counts}
    units = {unit.pk: Missing(unit, *found[unit.pk]) for unit in Unit.objects.filter(pk__in=found)}
    posts = Post.objects.filter(unit__in=units, role=Role.OFFICER, active=True).select_related("holder")
    for post in posts:
        units[post.unit_id].officers.append(post)
    return sorted(units.values(), key=lambda owing: (owing.unit.position, owing.unit.pk))


@dataclass
class LeftOut:
    """What a unit's part of the figures lacks if the month is closed now: projects not reported, with their plan of
    the year; reports not accepted, with their works. Yuan."""

    unit: Unit
    missing: int = 0
    plan: int = 0
    waiting: int = 0
    works: int = 0


def closing(county: Unit, period: Period) -> dict[str, Any]:
    """What the page that asks shows: unit by unit what is left out if the month is closed now, and together."""
    rows = left_out(county, period)
    together = {name: sum(getattr(one, name) for one in rows) for name in ("missing", "plan", "waiting", "works")}
    return {"period": period, "rows": rows, **together}


def left_out(county: Unit, period: Period) -> list[LeftOut]:
    """The units of which something is left out, in their order: four queries."""
    owing = owed(county, period).order_by()
    plans = AnnualPlan.objects.in_force(period.last).filter(project__in=owing.values("pk"), year=period.year)
    reports = with_projects(county, period, *WAITING).order_by()
    found: dict[int, dict[str, int]] = {}
    for rows, names in (
        (owing.values_list("lead_unit").annotate(n=Count("pk")), ("missing",)),
        (plans.order_by().values_list("project__lead_unit").annotate(n=Sum("investment")), ("plan",)),
        (
            reports.values_list("project__lead_unit").annotate(n=Count("pk"), works=Sum("works")),
            ("waiting", "works"),
        ),
    ):
        for unit, *numbers in rows:
            found.setdefault(unit, {}).update(zip(names, (number or 0 for number in numbers), strict=True))
    return [LeftOut(unit, **found[unit.pk]) for unit in Unit.objects.filter(pk__in=found).order_by("position", "pk")]


def accepted(county: Unit, period: Period) -> QuerySet[MonthlyReport]:
    """What the office has accepted of the month, in the order of the numbers."""
    found = with_projects(county, period, ReportStatus.ACCEPTED)
    return found.select_related("project__lead_unit").order_by(last("project__number"), "project_id")
