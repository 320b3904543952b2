"""Months of which one can speak: closed, each row accepted or left out. And publishing what one has just seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.days.periods import Period
from dispatch.models import RankingSnapshot, Round, RoundRow
from dispatch.standings import services as rankings
from organization.units.models import Unit
from projects.models import MonthlyReport, Project, ReportingMonth
from tests.support.factories import NOW


def open_round(county: Unit, month: str) -> Round:
    """The month's round, with a row for each project."""
    made, _new = Round.objects.get_or_create(
        county=county, kind=Round.Kind.MONTHLY, period=month, defaults={"opened_at": NOW, "due_at": NOW}
    )
    for project in Project.objects.filter(county=county):
        RoundRow.objects.get_or_create(round=made, project=project, defaults={"unit": project.lead_unit})
    return made


def finish_month(county: Unit, month: str) -> Round:
    """Closed: what was accepted is in, what nobody reported is left out with a reason."""
    made = open_round(county, month)
    told = MonthlyReport.objects.filter(month=month).values("project")
    made.rows.exclude(project__in=told).update(left_out="本月无进度")
    ReportingMonth.objects.update_or_create(county=county, month=month, defaults={"closed_at": NOW})
    return made


def publish_ranking(county: Unit, period: Period, *, by: Any, now: datetime, **more: Any) -> RankingSnapshot:
    """By one who saw the figures as they are, and knows that the month isn't finished."""
    more = {"version": rankings.ranking_version(county, period), "unfinished": "会议急用", **more}
    return rankings.publish_ranking(county, period, by=by, now=now, **more)
