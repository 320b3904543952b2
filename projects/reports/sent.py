"""Reports that were submitted together are taken back together: those that nobody has acted on since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.models import Done
from core.refusals import Refused
from organization.people.models import User
from projects.reports import services
from projects.reports.models import MonthlyReport

SENT = "reports_submitted"


def keep_sent(reports: Sequence[MonthlyReport], words: undo.Said, *, by: User, now: datetime) -> Done:
    """Keeps that *by* has submitted *reports*, which can be taken back as long as an act can."""
    rows = [
        {
            "pk": report.pk,
            "version": report.version,
            "name": report.project.name,
            "href": reverse("projects:report", args=[report.project_id, report.month]),
            "was": _("Draft"),
            "will": report.get_status_display(),
            "grid": f"{reverse('projects:grid', args=[report.month])}?unit={report.project.lead_unit_id}",
        }
        for report in reports
    ]
    return undo.keep(SENT, by=by, now=now, words=words, rows=rows)


def take_back_sent(done: Done, *, by: User, now: datetime, version: int, reason: str = "") -> str:
    """Takes back the reports of *done* that nobody has acted on; a sentence says how many, and which stay and why.
    Refused if none goes."""
    found = MonthlyReport.objects.in_bulk([row["pk"] for row in done.rows])
    stay = []
    for row in done.rows:
        try:
            services.take_back(found[row["pk"]], by=by, now=now, version=row["version"])
        except (KeyError, Refused) as refused:
            row["left"] = getattr(refused, "why", _("It isn't there any more"))
            stay.append(f"{row['name']}: {row['left']}")
    if len(stay) == len(done.rows):
        raise Refused(_("; ").join(stay))
    done.save(update_fields=["rows"])
    back = len(done.rows) - len(stay)
    said = ngettext("%(n)s report taken back.", "%(n)s reports taken back.", back) % {"n": back}
    return _("; ").join([said, *stay])
