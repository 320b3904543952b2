"""What units sent back by chat: dropped at once, looked at file by file, taken over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.days.periods import Period
from core.models import Done
from core.refusals import Refused
from core.tables.packed import packed
from core.web import asked
from core.web.htmx import go
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.units.models import Unit
from projects.gathering import services as gathering
from projects.gathering.forms import DropForm
from projects.gathering.models import GatheredFile
from projects.gathering.pages import forms_of, plans_of, settled
from projects.gathering.permissions import can_gather
from projects.reports.questions import month_name
from projects.reports.views import begun_or_404
from projects.rules import MonthlyRules, current_period


def office_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """403 with the sentence for whoever may not gather."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (answer := can_gather(request.user, request.user.county)):
            raise PermissionDenied(answer.why)
        return view(request, *args, **kwargs)

    return guarded


def _month(county: Unit) -> Period:
    """That is being reported on."""
    return current_period(timezone.localdate(), rules_of(county)[MonthlyRules])


@require_http_methods(["GET", "POST"])
@office_only
def index(request: SignedIn) -> HttpResponse:
    """The files that wait, each with what it would do. A POST brings more."""
    county, now = county_of(request), timezone.now()
    form = DropForm(request.POST or None, request.FILES or None)
    month = _month(county)
    if form.is_valid():
        files = [(one.name, one.read()) for one in form.cleaned_data["file"]]
        done = gathering.gather(files, county=county, month=month, by=request.user, now=now)
        for said in done.said:
            messages.warning(request, said)
        if done.files:
            n = len(done.files)
            messages.success(request, ngettext("%(n)s file came in.", "%(n)s files came in.", n) % {"n": n})
        return go(request, "projects:gathering")
    plans = plans_of(county, now=now)
    context = {
        "form": form,
        "plans": plans,
        "clean": sum(plan.is_clean for plan in plans),
        "settled": settled(county),
        "month": month,
        "month_name": month_name(month),
    }
    return render(request, "projects/gathering/page.html", context, status=422 if form.errors else 200)


@require_GET
@office_only
def forms(request: SignedIn, month: Period) -> FileResponse:
    """The forms of all units for a month in one archive, to be sent to the chat group."""
    period = begun_or_404(month)
    data = packed((f"{name}.xlsx", book.read()) for name, book in forms_of(county_of(request), period))
    name = _("%(month)s forms") % {"month": month_name(period)}
    return FileResponse(BytesIO(data), as_attachment=True, filename=f"{name}.zip")


def _file(request: SignedIn, pk: int) -> GatheredFile:
    return get_object_or_404(GatheredFile.objects.select_related("county"), pk=pk, county=county_of(request))


@require_POST
@office_only
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """One file is taken over as it was looked at, or set aside."""
    file, by, now = _file(request, pk), request.user, timezone.now()
    try:
        if request.POST.get("do") == "aside":
            put = gathering.put_aside(file, by=by, now=now)
            undo.say(
                request, lambda: _("“%(name)s” is set aside.") % {"name": put.name}, "gathered_aside", put, now=now
            )
        else:
            done = gathering.take_over(
                file,
                seen=asked.versions(request.POST.get("seen")),
                over=asked.keys(request.POST.getlist("over")),
                by=by,
                now=now,
                send="send" in request.POST,
                into="into" in request.POST,
            )
            _say(request, done)
    except Refused as refusal:
        messages.error(request, refusal.why)
    return go(request, "projects:gathering")


@require_POST
@office_only
def take_all(request: SignedIn) -> HttpResponse:
    """All files in which there is nothing to look at, as the page showed them."""
    county, now = county_of(request), timezone.now()
    for plan in plans_of(county, now=now):
        seen = asked.versions(request.POST.get(f"seen-{plan.file.pk}"))
        if not plan.is_clean or not seen:
            continue
        try:
            send, into = "send" in request.POST and plan.over, "into" in request.POST
            done = gathering.take_over(plan.file, seen=seen, by=request.user, now=now, send=send, into=into)
            _say(request, done)
        except Refused as refusal:
            messages.error(request, f"“{plan.file.name}”: {refusal.why}")
    return go(request, "projects:gathering")


def _say(request: SignedIn, done: Done) -> None:
    sent = sum(row["sent"] for row in done.rows)
    said = ngettext("%(n)s report submitted.", "%(n)s reports submitted.", sent) % {"n": sent} if sent else ""
    if held := sum(row["held"] for row in done.rows):
        waits = ngettext(
            "%(n)s row waits as a draft: something is missing, or its figures ask for a word.",
            "%(n)s rows wait as drafts: something is missing, or their figures ask for a word.",
            held,
        )
        said += waits % {"n": held}
    undo.say(request, f"{done.said}. {said}".strip(), done.key, done, now=done.at)
