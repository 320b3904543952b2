"""The rates of the registry: investment, start, resumption, entry, completion, approvals (fixed keys: design 5).

They are counted over the months' rows (`ProjectMonth.objects.of(county, period).counted()`), so that any past month
can be counted again.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.days.periods import Period
from core.indicators import Indicator, counted
from projects.approvals.models import ApprovalItem, ApprovalItemQuerySet
from projects.choices import FLOOR, ApprovalKind
from projects.registry.models import Approval
from projects.resumptions.models import Resumption

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


PLANNED = Q(plan__gt=0)  # what has a plan for the year: a plan of nothing is none


def due_to_start(period: Period) -> Q:
    """By the first start that was planned in the year: who puts it off is due all the same."""
    return Q(first_start__lte=period.last)


def due_to_enter(period: Period) -> Q:
    """Started before the (last) month of *period*: who starts in a month has the next one to enter."""
    return Q(started_on__lt=period.last.replace(day=1), total_investment__gte=FLOOR)


def due_to_complete(period: Period) -> Q:
    return Q(planned_completion__gte=date(period.year, 1, 1), planned_completion__lte=period.last)


def goes_on(period: Period) -> Q:
    """Started before the year, with a plan for it: what was completed before the year is over, and counts no more."""
    return Q(started_on__lt=date(period.year, 1, 1)) & PLANNED


def went_on(period: Period) -> Q:
    """Its resumption of the year is on file, by the end of *period*."""
    found = Resumption.objects.filter(project=OuterRef("project"), year=period.year, resumed_on__lte=period.last)
    return Q(Exists(found))


def obtained(period: Period) -> Combinable:
    found = Approval.objects.filter(
        project=OuterRef("project"), kind__in=NEEDED_APPROVALS, obtained_on__lte=period.last
    ).order_by()
    counts = found.values("project").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def if_starting(period: Period, value: Combinable | int) -> Combinable:
    return Case(When(first_start__isnull=False, then=value), default=Value(0), output_field=BigIntegerField())


INVESTMENT_RATE = Indicator(
    key="investment_rate",
    label=_("Investment rate"),
    unit="yuan",
    rule=_(
        "Works done from January to this month by the last accepted report of each project with a plan for the "
        "year, summed, divided by the sum of the plans. Suspended and withdrawn projects are left out."
    ),
    numerator=lambda period: Case(When(PLANNED, then=F("done")), output_field=BigIntegerField()),
    denominator=lambda period: Case(When(PLANNED, then=F("plan")), output_field=BigIntegerField()),
    paced=True,
)
START_RATE = Indicator(
    key="start_rate",
    label=_("Start rate"),
    unit="count",
    rule=_(
        "Of the projects first planned to start this year and no later than the end of this month, the share that "
        "has substantially started by then. A start that is put off stays due on its first day; early starts do not "
        "count before their time."
    ),
    numerator=lambda period: counted(due_to_start(period) & Q(started_on__lte=period.last)),
    denominator=lambda period: counted(due_to_start(period)),
)
RESUMPTION_RATE = Indicator(
    key="resumption_rate",
    label=_("Start and resumption rate"),
    unit="count",
    rule=_(
        "Of the projects that started before this year and have a plan for it, and those first planned to start this "
        "year and no later than the end of this month, the share that went on or has substantially started by then."
    ),
    numerator=lambda period: counted(
        (goes_on(period) & went_on(period))
        | (due_to_start(period) & ~goes_on(period) & Q(started_on__lte=period.last))
    ),
    denominator=lambda period: counted(due_to_start(period) | goes_on(period)),
)
ENTRY_RATE = Indicator(
    key="entry_rate",
    label=_("Entry rate"),
    unit="count",
    rule=_(
        "Of the projects that started before this month and have a total investment of 500 10k yuan or "
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


def needed_items(period: Period, **which: Any) -> ApprovalItemQuerySet:
    """The items of a project's checklist that it needed on the last day of *period*."""
    found = ApprovalItem.objects.filter(project=OuterRef("project"), **which)
    return found.needed(period.last).order_by()


def number_of(items: ApprovalItemQuerySet) -> Combinable:
    counts = items.values("project").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


CHECKLIST_RATE = Indicator(
    key="checklist_rate",
    label=_("Checklist rate"),
    unit="count",
    rule=_(
        "The approvals on the checklists of the projects planned to start this year; the share of them that was "
        "obtained by the end of the month. What isn't needed or is merged into another one is left out."
    ),
    numerator=lambda period: if_starting(period, number_of(needed_items(period).obtained(period.last))),
    denominator=lambda period: if_starting(period, number_of(needed_items(period))),
)
JOINT_REVIEW_RATE = Indicator(
    key="joint_review_rate",
    label=_("Joint review rate"),
    unit="count",
    rule=_(
        "The approvals for joint review on the checklists of the projects planned to start this year; the share of "
        "them that the authorities had reviewed together by the end of the month."
    ),
    numerator=lambda period: if_starting(
        period, number_of(needed_items(period, joint=True, joint_on__lte=period.last))
    ),
    denominator=lambda period: if_starting(period, number_of(needed_items(period, joint=True))),
)


class DaysBetween(Func):
    """How many days lie between two days, as a number."""

    output_field = BigIntegerField()

    def __init__(self, first: Any, last: Any) -> None:
        super().__init__(first, last)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **more)


def approved(kind: str) -> Subquery:
    """The day on which an approval of *kind* was obtained."""
    found = Approval.objects.filter(project=OuterRef("project"), kind=kind).order_by()
    return Subquery(found.values("obtained_on")[:1], output_field=DateField())


def within(day: Any, period: Period, value: Combinable | int) -> Combinable:
    """*value* of the projects filed by then whose *day* lies in the year, no later than the end of *period*."""
    last, filed = GreaterThanOrEqual(Value(period.last), day), approved(ApprovalKind.FILING)
    said = Q(last) & Q(GreaterThanOrEqual(day, Value(date(period.year, 1, 1)))) & Q(GreaterThanOrEqual(day, filed))
    return Case(When(said, then=value), default=Value(0), output_field=BigIntegerField())


def days_until(day: Any, period: Period) -> Combinable:
    return within(day, period, DaysBetween(day, approved(ApprovalKind.FILING)))


PERMIT_DAYS = Indicator(
    key="permit_days",
    label=_("Days from filing to permit"),
    unit="count",
    measured_in="days",
    direction=-1,
    rule=_(
        "Of the projects whose construction permit was obtained this year by the end of the month, the days from the "
        "approval or filing to the permit, on average. Projects without either of these days are left out."
    ),
    numerator=lambda period: days_until(approved(ApprovalKind.CONSTRUCTION), period),
    denominator=lambda period: within(approved(ApprovalKind.CONSTRUCTION), period, 1),
)
PRODUCTION_DAYS = Indicator(
    key="production_days",
    label=_("Days from filing to production"),
    unit="count",
    measured_in="days",
    direction=-1,
    rule=_(
        "Of the projects completed this year by the end of the month, the days from the approval or filing to the "
        "completion, on average. Projects without either of these days are left out."
    ),
    numerator=lambda period: days_until(F("completed_on"), period),
    denominator=lambda period: within(F("completed_on"), period, 1),
)


INDICATORS = (
    INVESTMENT_RATE,
    START_RATE,
    RESUMPTION_RATE,
    ENTRY_RATE,
    COMPLETION_RATE,
    APPROVAL_RATE,
    CHECKLIST_RATE,
    JOINT_REVIEW_RATE,
    PERMIT_DAYS,
    PRODUCTION_DAYS,
)
