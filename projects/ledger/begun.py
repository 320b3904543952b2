"""The months that a county's own people have begun: reported on, closed or reopened."""

from __future__ import annotations

from collections.abc import Iterable

from core.begun import Begun
from organization.units.models import Unit
from projects.choices import ReportSource
from projects.registry.months.models import ReportingMonth
from projects.reports.models import MonthlyReport


def _touched(county: Unit) -> Iterable[str]:
    months = ReportingMonth.objects.filter(county=county).values_list("month", flat=True)
    own = MonthlyReport.objects.filter(county=county, source=ReportSource.PERSON)
    return {*months, *own.values_list("month", flat=True).order_by().distinct()}


BEGUN = (Begun("reports", _touched),)
