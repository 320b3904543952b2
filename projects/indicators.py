"""The rates of the registry: investment, start, entry, completion, approvals (key names are fixed: design 5).

Figures of a month use the day on which things happened, so that any past month can be counted again.
"""

from __future__ import annotations

from datetime import date

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.indicators import Indicator, counted
from projects.choices import FLOOR, ApprovalKind, ChangeKind, State
from projects.registry.models import Approval, Project, StageChange
from projects.reports.models import MonthlyReport

LEAVING = (ChangeKind.SUSPENDED, ChangeKind.WITHDRAWN, ChangeKind.MERGED, ChangeKind.SPLIT)
NEEDED_APPROVALS = (
    ApprovalKind.SITE,
    ApprovalKind.FILING,
    ApprovalKind.LAND_PLANNING,
    ApprovalKind.WORKS_PLANNING,
    ApprovalKind.ENVIRONMENT,
    ApprovalKind.ENERGY,
    ApprovalKind.TENDER,
    ApprovalKind.CONSTRUCTION,
)  # the eight that Lan county takes stock of


def of_year(projects: QuerySet[Project], period: Period) -> QuerySet[Project]:
    """Those of *projects* that the figures of *period* are about, with the year's plan joined as `year_plan`.

    In play when the period ended (not suspended, withdrawn, merged or split up by then) and not completed in
    an earlier year.
    """
    changes = StageChange.objects.filter(on__lte=period.last)
    back = changes.filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
    back = back.filter(project=OuterRef("project"), kind=ChangeKind.RESUMED)
    left = changes.filter(~Exists(back), kind__in=LEAVING).order_by().values("project")
    told = StageChange.objects.filter(project=OuterRef("pk"), kind__in=LEAVING)
    return (
        projects.exclude(pk__in=left)
        .exclude(~Q(state=State.ACTIVE) & ~Exists(told))  # put aside without a day, by an import
        .exclude(completed_on__lt=date(period.year, 1, 1))
        .alias(year_plan=FilteredRelation("plans", condition=Q(plans__year=period.year)))
    )


def works_done(period: Period) -> Combinable:
    """Of one project: works done from January to the end of *period*, by its last counted report.

    One look-up in the index of (project, month): cheaper than grouping all reports of the year, on SQLite and
    PostgreSQL alike.
    """
    reports = MonthlyReport.objects.with_total().filter(
        project=OuterRef("pk"), month__gte=f"{period.year}-01", month__lte=period.months()[-1]
    )
    return Subquery(reports.order_by("-month").values("works_ytd")[:1], output_field=BigIntegerField())


def last_month(period: Period) -> Combinable:
    """Of one project: the month of its last counted report of the year up to *period*."""
    reports = MonthlyReport.objects.with_total().filter(
        project=OuterRef("pk"), month__gte=f"{period.year}-01", month__lte=period.months()[-1]
    )
    return Subquery(reports.order_by("-month").values("month")[:1])


def due_to_start(period: Period) -> Q:
    return Q(planned_start__gte=date(period.year, 1, 1), planned_start__lte=period.last)


def due_to_enter(period: Period) -> Q:
    """Started before the (last) month of *period*: who starts in a month has the next one to enter."""
    return Q(started_on__lt=period.last.replace(day=1), total_investment__gte=FLOOR)


def due_to_complete(period: Period) -> Q:
    return Q(planned_completion__gte=date(period.year, 1, 1), planned_completion__lte=period.last)


def obtained(period: Period) -> Combinable:
    found = Approval.objects.filter(
        project=OuterRef("pk"), kind__in=NEEDED_APPROVALS, obtained_on__lte=period.last
    ).order_by()
    counts = found.values("project").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def if_starting(period: Period, value: Combinable | int) -> Combinable:
    starting = Q(planned_start__gte=date(period.year, 1, 1), planned_start__lte=date(period.year, 12, 31))
    return Case(When(starting, then=value), default=Value(0), output_field=BigIntegerField())


INVESTMENT_RATE = Indicator(
    key="investment_rate",
    label=_("Investment rate"),
    unit="yuan",
    rule=_(
        "Works done from January to this month by the last accepted report of each project, summed, divided "
        "by the sum of the year's plans. Suspended and withdrawn projects are left out."
    ),
    numerator=works_done,
    denominator=lambda period: F("year_plan__investment"),
    paced=True,
)
START_RATE = Indicator(
    key="start_rate",
    label=_("Start rate"),
    unit="count",
    rule=_(
        "Of the projects planned to start this year and no later than the end of this month, the share that "
        "has substantially started by then. Early starts do not count before their time."
    ),
    numerator=lambda period: counted(due_to_start(period) & Q(started_on__lte=period.last)),
    denominator=lambda period: counted(due_to_start(period)),
)
ENTRY_RATE = Indicator(
    key="entry_rate",
    label=_("Entry rate"),
    unit="count",
    rule=_(
        "Of the projects that started before this month and have a total investment of 5 million yuan or "
        "more, the share that is in statistics by the end of the month."
    ),
    numerator=lambda period: counted(due_to_enter(period) & Q(entered_on__lte=period.last)),
    denominator=lambda period: counted(due_to_enter(period)),
)
COMPLETION_RATE = Indicator(
    key="completion_rate",
    label=_("Completion rate"),
    unit="count",
    rule=_(
        "Of the projects planned to be completed this year and no later than the end of this month, the "
        "share that is completed by then."
    ),
    numerator=lambda period: counted(due_to_complete(period) & Q(completed_on__lte=period.last)),
    denominator=lambda period: counted(due_to_complete(period)),
)
APPROVAL_RATE = Indicator(
    key="approval_rate",
    label=_("Approval rate"),
    unit="count",
    rule=_(
        "Eight procedures are needed for each project planned to start this year; the share of them that was "
        "obtained by the end of the month."
    ),
    numerator=lambda period: if_starting(period, obtained(period)),
    denominator=lambda period: if_starting(period, len(NEEDED_APPROVALS)),
)


INDICATORS = (INVESTMENT_RATE, START_RATE, ENTRY_RATE, COMPLETION_RATE, APPROVAL_RATE)
