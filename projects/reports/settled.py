"""A report that came back is handed in again, or its month is closed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from projects.registry.months.models import ReportingMonth
from projects.reports.models import MonthlyReport
from projects.reports.months import EDITABLE


def _mended(matters: Sequence[Matter]) -> Words:
    found = MonthlyReport.objects.select_related("submitted_by").in_bulk([one.about for one in matters])
    closed = ReportingMonth.objects.filter(closed_at__isnull=False, month__in={one.month for one in found.values()})
    closed_at = {(county, month): at for county, month, at in closed.values_list("county", "month", "closed_at")}
    words = {}
    for one in matters:
        if (report := found.get(one.about)) is None:
            continue
        if report.status not in EDITABLE and report.submitted_at:
            said = {"who": report.submitted_by or _("The system"), "when": one.when(report.submitted_at)}
            words[one] = _("%(who)s handed it in again, %(when)s") % said
        elif at := closed_at.get((report.county_id, report.month)):
            words[one] = _("The month was closed, %(when)s") % {"when": one.when(at)}
    return words


SETTLED = (Settled(("report_returned",), _mended),)
