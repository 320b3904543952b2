"""Whether a month can be spoken of: over, its round closed, each row accepted or left out with a reason. Reads only.

A bulletin or a ranking of any other month goes out only with a reason, which stands in its head beside the counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.amounts import figures
from core.days.periods import Kind, Period
from core.refusals import NeedsReason, Refused
from dispatch.rounds.models import HANDED_IN, Round
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.models import AnnualPlan, Drafting, MonthlyReport, ReportingMonth
from projects.registry.months.services import demand_lived

COUNTS = ("due", "handed_in", "accepted", "left_out")  # 应报, 已报, 已审, 不报


@dataclass(frozen=True)
class MonthState:
    """How far the reports of a month are; *left_out* are rows that the office passed over with a reason."""

    period: Period
    begun: bool
    over: bool
    opened: bool
    closed: bool
    planned: bool
    due: int = 0
    handed_in: int = 0
    accepted: int = 0
    left_out: int = 0

    @property
    def waiting(self) -> int:
        """Rows neither accepted nor left out."""
        return self.due - self.accepted - self.left_out

    @property
    def finished(self) -> bool:
        return self.over and self.opened and self.closed and not self.waiting

    @property
    def ready(self) -> bool:
        """Finished, and with a plan that its figures can be measured by."""
        return self.finished and self.planned

    @property
    def lacking(self) -> list[str]:
        """What is not as it should be, as parts of a sentence."""
        found = []
        if not self.over:
            found.append(_("the month is not over"))
        if not self.opened:
            found.append(_("no round of reports was opened for it"))
        elif not self.closed:
            found.append(_("its reports are not closed"))
        if self.waiting:
            found.append(_("%(n)s reports are neither accepted nor left out") % {"n": self.waiting})
        if not self.planned:
            found.append(_("there is no plan for the year"))
        return found

    def counts(self) -> dict[str, int | bool]:
        """What is kept with a paper; JSON."""
        return {**{key: getattr(self, key) for key in COUNTS}, "opened": self.opened, "ready": self.ready}


def month_state(county: Unit, period: Period, *, now: datetime) -> MonthState:
    """How far the month is with which *period* ends."""
    month = Period.of(period.last)
    return month_states(county, [month], now=now)[month]


def month_states(county: Unit, months: Iterable[Period], *, now: datetime) -> dict[Period, MonthState]:
    """How far each of *months* is: three queries, however many they are."""
    months = list(months)
    today = timezone.localdate(now)
    plans = AnnualPlan.objects.with_drafts().filter(project__county=county, investment__gt=0).order_by()
    planned = {month.year for month in months}
    planned = set(plans.filter(year__in=planned).values_list("year", flat=True).distinct())
    spans = list(Drafting.objects.filter(county=county, year__in=planned))
    counted = _counted(county, [str(month) for month in months])
    return {
        month: MonthState(
            month,
            begun=month.first <= today,
            over=month.last < today,
            opened=str(month) in counted,
            planned=month.year in planned and not any(span.holds(month.last) for span in spans),
            **counted.get(str(month), {"closed": False}),
        )
        for month in months
    }


def _counted(county: Unit, names: list[str]) -> dict[str, dict[str, Any]]:
    """Of each round its counts, and whether the office holds its month closed (it may have opened it again)."""
    locked = ReportingMonth.objects.filter(county=county, month=OuterRef("period"), closed_at__isnull=False)
    reports = MonthlyReport.objects.filter(project=OuterRef("rows__project"), month=OuterRef("period"))
    status = Coalesce(Subquery(reports.values("status")[:1]), Value(""), output_field=CharField())
    asked, accepted = Q(rows__out=""), Q(report_status=ReportStatus.ACCEPTED)
    rounds: Any = (  # the stubs know the names of the counts, one by one
        Round.objects.filter(county=county, kind=Round.Kind.MONTHLY, period__in=names)
        .annotate(report_status=status, closed=Exists(locked))
        .order_by()
        .values("period", "closed")
        .annotate(
            due=Count("rows", filter=asked),
            handed_in=Count("rows", filter=asked & Q(report_status__in=HANDED_IN)),
            accepted=Count("rows", filter=asked & accepted),
            left_out=Count("rows", filter=asked & ~accepted & ~Q(rows__left_out="")),
        )
    )
    kept = ("closed", *COUNTS)
    return {row["period"]: {key: row[key] for key in kept} for row in rounds}


def demand_month(county: Unit, period: Period) -> None:
    """Raises Refused for what is no month, or lies before the county's first one."""
    if period.kind is not Kind.MONTH:
        raise Refused(_("A bulletin is of one month, such as 2026-05; %(period)s is none.") % {"period": period})
    demand_lived(county, period)


def demand_ready(state: MonthState, reason: str) -> str:
    """The reason that is kept, none for a month that needs none.

    Raises Refused for a month to come, NeedsReason for one that isn't finished or has no plan.
    """
    month = figures.month(str(state.period), state.period.first)
    if not state.begun:
        raise Refused(_("%(month)s has not begun yet: there is nothing to say about it.") % {"month": month})
    if state.ready:
        return ""
    if not (reason := reason.strip()):
        said = {"month": month, "why": _("; ").join(state.lacking)}
        why = _("%(month)s is not finished: %(why)s. To go on all the same, write why.") % said
        raise NeedsReason(why, ["unfinished"])
    return reason[:300]
