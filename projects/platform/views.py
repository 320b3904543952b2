"""The national platform's export: choose the file, look, write."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import exports, undo
from core.refusals import Refused, tell
from core.web import asked
from core.web.htmx import go
from core.web.twice import by_itself
from organization.requests import SignedIn, county_of
from projects.platform import pages
from projects.platform import services as platform
from projects.platform.exports import open_differences
from projects.platform.forms import ExportForm
from projects.platform.models import PlatformImport
from projects.platform.permissions import can_compare
from projects.platform.reading import PlatformError

SHOWN = 30  # earlier files that are listed


def let_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """403 with the sentence for whoever may not."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        answer = can_compare(user, user.county)
        if not answer or user.county is None:
            raise PermissionDenied(answer.why or _("Your account belongs to no county yet"))
        return view(request, *args, **kwargs)

    return guarded


def _found(request: SignedIn, pk: int) -> PlatformImport:
    mine = PlatformImport.objects.filter(county=county_of(request)).select_related("file", "by", "county")
    return get_object_or_404(mine, pk=pk)


@by_itself
@require_http_methods(["GET", "POST"])
@let_in
def index(request: SignedIn) -> HttpResponse:
    """Choose a file; the earlier ones."""
    county, now = county_of(request), timezone.now()
    form = ExportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found, new = platform.keep_export(file.read(), file.name, county=county, by=request.user, now=now)
        except (PlatformError, Refused) as error:
            form.add_error("file", str(error))
        else:
            if not new:
                said = _("This file came in before, as “%(name)s” on %(day)s by %(who)s: here it is as it stands now")
                day = f"{timezone.localtime(found.at):%Y-%m-%d %H:%M}"
                messages.info(request, said % {"name": found, "day": day, "who": found.by or "—"})
            return go(request, "projects:platform_import", pk=found.pk)
    earlier = PlatformImport.objects.filter(county=county).select_related("file", "by").defer("rows", "told")[:SHOWN]
    context = {"form": form, "earlier": earlier}
    return render(request, "projects/platform/index.html", context, status=422 if form.errors else 200)


@require_GET
@let_in
def page(request: SignedIn, pk: int) -> HttpResponse:
    """The rows of an export beside what is on file."""
    found = _found(request, pk)
    compared = platform.look(found, request.user, timezone.localdate())
    context = {
        "found": found,
        "compared": compared,
        "parts": pages.parts(compared, every="all" in request.GET),
        "to_write": pages.to_write(compared),
        "every": "all" in request.GET,
    }
    return render(request, "projects/platform/import.html", context)


@by_itself
@require_POST
@let_in
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Writes what was chosen: all of it or nothing."""
    found, now = _found(request, pk), timezone.now()
    theirs = asked.keys(request.POST.getlist("theirs"))
    out = asked.keys(request.POST.getlist("out"))
    looked = request.POST.get("looked", "")
    try:
        done = platform.write_rows(found, looked=looked, theirs=theirs, out=out, by=request.user, now=now)
    except Refused as refusal:
        tell(request, refusal, found)
    else:
        if done is None:
            messages.info(request, _("Nothing was chosen"))
        else:
            undo.say(request, lambda: done.said, platform.WRITTEN, done, now=now)
    return go(request, "projects:platform_import", pk=pk)


@require_GET
@let_in
def original(request: SignedIn, pk: int) -> FileResponse:
    """The file as it came in."""
    found = _found(request, pk)
    return FileResponse(found.file.content.open("rb"), as_attachment=True, filename=found.file.name)


@require_GET
@let_in
def differences(request: SignedIn, pk: int) -> HttpResponseBase:
    """The comparison as a table."""
    now = timezone.now()
    query = QueryDict(f"import={pk}")
    return exports.answer(request, open_differences(request.user, query, now), now=now)
