"""The list of projects, its views and files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import go, page_or_part
from core.tables.writing import Format, wan, write_table
from organization.models import User
from projects import permissions
from projects.forms import ViewForm
from projects.listing import Listing
from projects.models import SavedView
from projects.services import views as saved_views

COLUMNS = "projects.columns"  # in the session: the columns that the person chose


def person(request: HttpRequest) -> User:
    """Who is signed in, with a county: nobody else has projects."""
    user = request.user
    if not isinstance(user, User) or user.county is None:
        raise PermissionDenied(_("Your account belongs to no county yet"))
    return user


def _listing(request: HttpRequest) -> Listing:
    if chosen := request.GET.getlist("col"):
        request.session[COLUMNS] = chosen
    return Listing(person(request), request.GET, on=timezone.localdate(), columns=request.session.get(COLUMNS))


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    user = person(request)
    listing = _listing(request)
    page = listing.page
    context = {
        "listing": listing,
        "pace": 100 * listing.period.pace,
        "previous": listing.address(page=str(page.number - 1)),
        "next": listing.address(page=str(page.number + 1)),
        "may_register": permissions.can_register(user, user.county),
        "import_url": _url("projects:imports") if permissions.can_import(user, user.county) else "",
    }
    return page_or_part(request, "projects/list.html", "projects/_list.html", context)


@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """Exactly what is on screen, all pages of it, as xlsx or csv."""
    listing = _listing(request)
    name = _("Projects %(period)s") % {"period": listing.period}
    if kind == "csv":
        answer = StreamingHttpResponse(_csv(listing), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.csv"
        return answer
    if kind != "xlsx":
        raise Http404
    tab = listing.current_tab
    subtitle = _("As of %(day)s, pace %(pace)s%%") % {
        "day": listing.period.last,
        "pace": f"{float(100 * listing.period.pace):.1f}",
    }
    file = write_table(
        listing.file_columns(),
        listing.file_rows(),
        title=_("Projects") if tab is None else _("Projects: %(view)s") % {"view": tab.label},
        subtitle=subtitle,
        sheet=_("Projects"),
    )
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(listing: Listing) -> Iterator[str]:
    """Amounts in 万元 as in the sheet; what looks like a formula is kept from becoming one."""
    writer = csv.writer(_Echo())
    columns = listing.file_columns()
    yield "\ufeff"  # Excel reads UTF-8 only with it
    yield writer.writerow([column.heading for column in columns])
    for row in listing.file_rows():
        cells = [
            wan(value) if column.format is Format.WAN and isinstance(value, int) else value
            for column, value in zip(columns, row, strict=True)
        ]
        yield writer.writerow([f"'{c}" if isinstance(c, str) and c[:1] in tuple("=+-@\t\r") else c for c in cells])


@require_http_methods(["GET", "POST"])
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the list's filter under a name: one's own, or the office's for everybody."""
    user = person(request)
    may_share = permissions.can_share_view(user, user.county).ok
    if request.method == "POST":
        form = ViewForm(request.POST, may_share=may_share)
        if form.is_valid():
            data = form.cleaned_data
            saved_views.save_view(
                by=user, name=data["name"], query=data["query"], shared=bool(data.get("shared")), county=user.county
            )
            return go(request, f"{reverse('projects:list')}?{data['query']}")
    else:
        form = ViewForm(initial={"query": request.GET.urlencode()}, may_share=may_share)
    status = 422 if form.errors else 200
    return page_or_part(request, "projects/view_save.html", "projects/_view_save.html", {"form": form}, status=status)


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    view = get_object_or_404(SavedView, pk=pk, county=user.county, owner=user)
    saved_views.delete_view(view, by=user)
    messages.success(request, _("The view “%(name)s” is deleted") % {"name": view.name})
    return go(request, "projects:list")
