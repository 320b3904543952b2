"""The monthly report as rules: what it is made of, what asks for a word of explanation, when it is due.

Pure functions first; the few that read say so. Amounts are whole yuan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.collect import gather
from core.days.periods import Period
from core.days.workdays import next_workday
from core.records.prepared import prepared
from organization.units.models import Unit
from projects.choices import ReportStatus, Stage, State
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.registry.months.models import ReportingMonth
from projects.registry.months.pages import newest_reported
from projects.reports.models import WAITING, MonthlyReport
from projects.reports.questions import MEASURES, ReportFacts
from projects.rules import RoundRules, current_period

NO_PACKAGE = Q(package=None) | ~Q(package=F("pk"))  # of a project: it is no name for its parts
EDITABLE = (ReportStatus.DRAFT, ReportStatus.RETURNED)


PROGRESS_LENGTH = 1000


CELLS = 2  # of a project in the grid: works of the month and image progress


@dataclass(frozen=True)
class Carried:
    """What a report's year to date must be."""

    report: MonthlyReport
    before: int
    total: int | None


def carried(reports: Iterable[MonthlyReport]) -> list[Carried]:
    """The year to date of a project's *reports* of one year, in order of the months.

    An accepted report adds up accepted months only: a figure that counts never moves by a draft. Any other
    adds up all earlier months. Counting goes on from a report whose year to date was given itself (import).
    """
    counted = latest = 0
    result = []
    for report in sorted(reports, key=lambda r: r.month):
        accepted = report.status == ReportStatus.ACCEPTED
        before = counted if accepted else latest
        if report.works is None or report.stated:
            if report.works is not None and report.works_ytd is not None:
                before = report.works_ytd - report.works
            result.append(Carried(report, before, report.works_ytd))
            if report.works_ytd is not None:
                latest = report.works_ytd
                counted = report.works_ytd if accepted else counted
            continue
        total = before + report.works
        result.append(Carried(report, before, total))
        latest += report.works
        counted += report.works if accepted else 0
    return result


@dataclass(frozen=True)
class Standing:
    """What a month's report stands on: the year's plan, what was reported before, the newest words."""

    plan: int | None = None
    before: int = 0
    earlier: Mapping[str, int] = field(default_factory=dict)
    last: MonthlyReport | None = None  # the newest earlier one with words, from December on

    @property
    def last_progress(self) -> str:
        return self.last.progress if self.last else ""

    @property
    def last_works(self) -> int | None:
        return self.last.works if self.last else None


def standings(projects: Iterable[int], period: Period) -> dict[int, Standing]:
    """For each project (by id) what its report of *period* stands on. Two queries, however many projects."""
    ids = list(projects)
    of_year = AnnualPlan.objects.in_force(period.last).filter(project__in=ids, year=period.year)
    plans = dict(of_year.values_list("project", "investment"))
    earlier = MonthlyReport.objects.filter(
        project__in=ids, month__gte=f"{period.year - 1}-12", month__lt=str(period)
    ).order_by("month")
    by_project: dict[int, list[MonthlyReport]] = {}
    for report in earlier:
        by_project.setdefault(report.project_id, []).append(report)
    return {pk: _standing(plans.get(pk), by_project.get(pk, []), period) for pk in ids}


def _standing(plan: int | None, reports: Sequence[MonthlyReport], period: Period) -> Standing:
    of_year = [report for report in reports if report.month >= f"{period.year}-01"]
    before = 0
    for step in carried(of_year):
        if step.report.works is not None and not step.report.stated:
            before += step.report.works
        elif step.total is not None:
            before = step.total
    known = ((name, getattr(report, name)) for report in of_year for name in MEASURES)
    measures = {name: value for name, value in known if value is not None}
    last = next((report for report in reversed(reports) if report.progress), None)
    return Standing(plan, before, measures, last)


def facts_of(report: MonthlyReport, standing: Standing) -> ReportFacts:
    """The facts that the questions about *report* are asked of."""
    return ReportFacts(
        period=Period.parse(report.month),
        works=report.works,
        before=report.works_before,
        plan=standing.plan,
        statistics_ytd=report.statistics_ytd,
        funds_ytd=report.funds_ytd,
        paid_ytd=report.paid_ytd,
        earlier=standing.earlier,
    )


def due_at(period: Period, rules: RoundRules, overrides: Mapping[date, bool] | None = None) -> datetime:
    """When the report of a month is due: the profile's day of the next month, moved to a working day."""
    following = period.next()
    day = date(following.year, following.first.month, min(rules.due_day, following.last.day))
    moved = next_workday(day, overrides)
    return datetime.combine(moved, rules.due_time, tzinfo=timezone.get_default_timezone())


def lateness(due: datetime, at: datetime) -> str:
    """How late *at* is, in words (逾期 3 天); nothing up to the moment *due*."""
    return figures.due(due, at)[0] if due < at else ""


def latest_period(county: Unit, on: date) -> Period:
    """The newest month up to *on* that has counted reports, else the month before *on*. Reads."""
    return newest_reported(county, on) or Period.of(on).previous()


def open_periods(county: Unit, on: date, rules: RoundRules) -> list[Period]:
    """The months whose reports are wanted on *on*, oldest first: the current one, and the one before while it
    isn't closed and somebody has begun it. Reads."""
    current = current_period(on, rules)
    pair = [current.previous(), current]
    names = [str(period) for period in pair]
    months = dict(ReportingMonth.objects.filter(county=county, month__in=names).values_list("month", "closed_at"))
    begun = str(pair[0]) in months or MonthlyReport.objects.of_county(county, pair[0], *EDITABLE, *WAITING).exists()
    return [
        period
        for period, wanted in zip(pair, (begun, True), strict=True)
        if wanted and months.get(str(period)) is None
    ]


def is_closed(county: Unit, period: Period) -> bool:
    """Reads."""
    return bool(_closed(county.pk, period))


@prepared
def _closed(county: int, period: Period) -> QuerySet[Any, Any]:
    closed = ReportingMonth.objects.filter(county=county, month=str(period), closed_at__isnull=False)
    return closed.order_by().values_list("pk")[:1]


def completed_before(period: Period) -> Q:
    """Of a project: whether it was completed before *period*: then it has no figure of the month any more."""
    return Q(completed_on__lt=period.first) | Q(stage=Stage.COMPLETED, completed_on=None)


def owes_report(period: Period) -> Q:
    """Of a project: whether it is one to ask for a report of the month *period*, as it stands now. Pursued ones in
    pre-work or works are, those completed within the month, and any other with a plan for the year; of a package its
    parts. Once a round has
    asked, its rows say who has to report (`must_report`), and not this."""
    of_year = AnnualPlan.objects.in_force(period.last).filter(project=OuterRef("pk"), year=period.year).values("pk")
    under_way = Q(stage__in=(Stage.PREWORK, Stage.STARTED, Stage.ENTERED, Stage.COMPLETED))
    wanted = under_way | Q(IsNull(Subquery(of_year[:1]), False))
    return Q(state=State.ACTIVE) & NO_PACKAGE & ~completed_before(period) & wanted


def must_report(county: Unit | int, period: Period) -> Q:
    """Of a project: whether it has to report on the month *period*: the round's rows, wherever that is asked. Before
    one has opened, who would get a row; nobody of a month that was closed without one."""
    closed = ReportingMonth.objects.filter(county=county, month=str(period), closed_at__isnull=False)
    rows, unasked = _asked(county, period)
    return rows | (unasked & ~Q(Exists(closed)) & owes_report(period))


def _asked(county: Unit | int, period: Period) -> tuple[Q, Q]:
    """Of a project: whether it was asked for a report of *period*; of all: that nobody has asked for any yet."""
    rows, unasked = Q(), Q()
    for demand in gather("demands"):
        rows |= Q(pk__in=demand.projects(county, period))
        unasked &= ~Q(Exists(demand.asked(county, period)))
    return rows, unasked


def with_status(county: Unit | int, period: Period, unit: Unit | None = None) -> QuerySet[Project]:
    """The projects of *county*, or of *unit* and all below it, with `report_status` to filter by: how the report of
    the month stands, null without one.

    The county's reports of the month are joined as a whole, and not looked up project by project.
    """
    of_month = FilteredRelation("reports", condition=Q(reports__county=county, reports__month=str(period)))
    scope = Project.objects.filter(county=county).alias(of_month=of_month, report_status=F("of_month__status"))
    return scope.led_by(unit) if unit else scope


def expected(
    county: Unit | int, period: Period, unit: Unit | None = None, *, completed: bool = False
) -> QuerySet[Project]:
    """The projects that can be filled in for *period*: those that have to report, and whatever has a report of the
    month already; if wished, those *completed* earlier in the year too, of which nobody asks for a figure any more."""
    rows, unasked = _asked(county, period)
    wanted = rows | (unasked & owes_report(period)) | Q(report_status__isnull=False)
    if completed:
        wanted |= over_in_year(period)
    return with_status(county, period, unit).filter(wanted)


def over_in_year(period: Period) -> Q:
    """Of a project: whether it is one of those completed in the year of *period*, before the month."""
    return Q(state=State.ACTIVE, completed_on__lt=period.first, completed_on__gte=date(period.year, 1, 1))


def owed(county: Unit | int, period: Period) -> QuerySet[Project]:
    """Of those that have to report on *period* the ones whose report was not handed in, or was given back.

    What is handed in, soon nearly all, is left out first and in one look, as the county's stretch of an index.
    """
    handed_in = MonthlyReport.objects.of_county(county, period).order_by().exclude(status__in=EDITABLE)
    scope = Project.objects.filter(county=county).exclude(pk__in=handed_in.values("project"))
    return scope.filter(must_report(county, period))


def cells_to_fill(unit: Unit, period: Period) -> int:
    """How many cells the officers of *unit* fill for *period*, a figure on the office's page. Reads."""
    if unit.county is None:
        return 0
    return with_status(unit.county, period, unit).filter(must_report(unit.county, period)).count() * CELLS


def changed_by(report: MonthlyReport, now: datetime) -> str:
    """Who changed the report last, and when, for somebody who hasn't seen that."""
    who = report.updated_by or _("The system")
    return _("%(who)s changed this report %(when)s.") % {"who": who, "when": figures.ago(report.updated_at, now)}
