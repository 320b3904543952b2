"""The grid as a workbook: fetched from its page, and brought back on a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.days.periods import Period
from core.fillings import open_within
from core.records.files import largest_upload
from core.tables.reading import TableError
from core.web.htmx import go
from organization.requests import SignedIn
from projects.reports.grid import Row
from projects.reports.questions import month_name
from projects.reports.table import Result, bring_back, workbook
from projects.reports.views import begun_or_404, county_of_unit, lived_or_404, projects_of, rows_shown, unit_asked


@require_http_methods(["GET", "POST"])
def table(request: SignedIn, month: Period) -> HttpResponseBase:
    """The grid as a workbook to fill in elsewhere (`?download=1`), and back."""
    period = begun_or_404(month)
    unit, _choices = unit_asked(request)
    rows = rows_shown(request, projects_of(unit, period), period, unit)
    lived_or_404(rows, county_of_unit(unit), period)
    if request.method == "GET" and "download" in request.GET:
        name = _("%(month)s report of %(unit)s") % {"month": month_name(period), "unit": unit}
        book = workbook(rows, unit, open_within(county_of_unit(unit), period, unit))
        return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")
    grid_url = f"{reverse('projects:grid', args=[period])}?unit={unit.pk}"
    context = {"unit": unit, "month": month_name(period), "grid_url": grid_url, "in_table": len(rows)}
    context["download_url"] = f"{reverse('projects:grid_table', args=[period])}?unit={unit.pk}&download=1"
    if request.method == "POST":
        try:
            context["result"] = result = _bring_back(request, rows)
        except TableError as error:
            context["error"] = str(error)
        else:
            if not result.problems:
                text = ngettext("%(n)s row stored.", "%(n)s rows stored.", result.stored)
                messages.success(request, text % {"n": result.stored})
                return go(request, grid_url)
    status = 200 if request.method == "GET" else 422
    return render(request, "projects/reports/table.html", context, status=status)


def _bring_back(request: SignedIn, rows: list[Row]) -> Result:
    upload = request.FILES.get("table")
    if upload is None or upload.size is None:
        raise TableError(_("Choose the table that you filled in."))
    if upload.size > largest_upload():
        raise TableError(_("The file is too large for a table of the grid."))
    return bring_back(rows, upload.read(), upload.name or "", by=request.user, now=timezone.now())
