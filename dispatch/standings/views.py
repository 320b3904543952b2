"""Rankings: the page of a month, the figure that opens beside it, export, publishing, corrections."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.days.periods import Period
from core.refusals import Refused
from core.web import asked
from core.web.forms import ReasonForm
from core.web.htmx import go, page_or_part, wants_sheet
from dispatch.rounds.months import month_state
from dispatch.standings import workbook as ranking_tables
from dispatch.standings.models import RankingSnapshot
from dispatch.standings.pages import Opened, Page, opened, page_of
from dispatch.standings.permissions import can_publish_ranking, can_withdraw_ranking
from dispatch.standings.ranking import counted_period
from dispatch.standings.services import correct_ranking, publish_ranking, published, withdraw_ranking
from dispatch.standings.trend import trend_of
from organization.permissions import can_sign
from organization.profiles.rules import rules_of
from organization.requests import SignedIn
from organization.units.models import Unit
from projects.registry.months.pages import changes_of
from projects.reports.months import latest_period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def newest(request: SignedIn) -> HttpResponse:
    """The newest month that has figures."""
    period = latest_period(_county(request), timezone.localdate())
    return redirect("dispatch:ranking", period=str(period))


@require_GET
def ranking(request: SignedIn, period: Period) -> HttpResponse:
    page, figure = _asked(request, period)
    may_publish = bool(can_publish_ranking(request.user, _county(request)))
    may_withdraw = page.snapshot is not None and bool(can_withdraw_ranking(request.user, page.snapshot))
    signs = can_sign(request.user, now=timezone.now())
    context = {
        "page": page,
        "opened": figure,
        "all": "all" in request.GET,
        "live": "live" in request.GET,
        "sheets": ranking_tables.number_of(page),
        "lines": page.lines(_link(request)),
        "earlier": page.period.previous(),
        "later": _later(page.period),
        "month_changes": changes_of(_county(request), page.period),
        "may_publish": may_publish and bool(signs),
        "may_withdraw": may_withdraw and bool(signs),
        "rests": "" if signs or not (may_publish or may_withdraw) else signs.why,
    }
    page_of_it, part = "dispatch/standings/page.html", "dispatch/standings/_board.html"
    return page_or_part(request, page_of_it, part, context, sheet="dispatch/standings/_sheet.html")


@require_GET
def export(request: SignedIn, period: Period) -> FileResponse:
    """The ranking as a workbook, all its groups; or the projects behind the figure that is open."""
    page, figure = _asked(request, period)
    file, name = ranking_tables.projects(page, figure) if figure else ranking_tables.groups(page)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_GET
def trend(request: SignedIn, period: Period) -> HttpResponse:
    """How the ranks of a group moved: a part of the page that comes when it is looked at, or a page of its own."""
    page, figure = _asked(request, period)
    unit = figure.row.unit_id if figure else 0
    found = trend_of(_county(request), page.ranking, rules_of(_county(request)), unit)
    context = {"page": page, "trend": found}
    return page_or_part(request, "dispatch/standings/trend.html", "dispatch/standings/_trend.html", context)


@require_http_methods(["GET", "POST"])
def publish(request: SignedIn, period: Period) -> HttpResponse:
    county, month = _county(request), _counted(period)
    if not (answer := can_publish_ranking(request.user, county)):
        raise PermissionDenied(answer.why)
    if request.method == "GET":
        context = {"period": month, "done": published(county, month), "version": _version(request)}
        state = month_state(county, month, now=timezone.now())
        return render(request, "dispatch/standings/publish.html", {**context, "state": state})
    said = request.POST.get("unfinished", "")
    try:
        publish_ranking(county, month, by=request.user, now=timezone.now(), version=_version(request), unfinished=said)
    except Refused as refused:
        messages.error(request, refused.why)
    else:
        messages.success(request, _("The ranking is published; its figures stay as they are now"))
    return go(request, "dispatch:ranking", period=str(month))


@require_http_methods(["GET", "POST"])
def correct(request: SignedIn, period: Period) -> HttpResponse:
    county, month = _county(request), _counted(period)
    if not (answer := can_publish_ranking(request.user, county)):
        raise PermissionDenied(answer.why)
    snapshot = published(county, month)
    if snapshot is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("What is to be corrected, and what it should be")
    if request.method == "POST" and form.is_valid():
        try:
            note = form.cleaned_data["reason"]
            correct_ranking(snapshot, by=request.user, now=timezone.now(), note=note, version=_version(request))
        except Refused as refused:
            form.add_error(None, refused.why)
        else:
            messages.success(request, _("The correction stands beside the ranking; the published figures stay"))
            return go(request, "dispatch:ranking", period=str(month))
    snapshot.refresh_from_db()  # what was refused as stale is shown as it stands now
    context = {"period": month, "snapshot": snapshot, "form": form}
    return render(request, "dispatch/standings/correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, period: Period) -> HttpResponse:
    """Asks why, then takes back what was published."""
    county, month = _county(request), _counted(period)
    snapshot = published(county, month)
    withdrawn = RankingSnapshot.objects.filter(county=county, period=str(month), withdrawn_at__isnull=False)
    if snapshot is None and request.method == "POST" and withdrawn.exists():  # a second click
        messages.error(request, _("It was withdrawn already."))
        return go(request, "dispatch:ranking", period=str(month))
    if snapshot is None:
        raise Http404
    if not (answer := can_withdraw_ranking(request.user, snapshot)):
        raise PermissionDenied(answer.why)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("Why it is withdrawn")
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["reason"]
        try:
            withdraw_ranking(snapshot, by=request.user, now=timezone.now(), reason=why, version=_version(request))
        except Refused as refused:
            form.add_error(None, refused.why)
        else:
            messages.success(
                request, _("The ranking is withdrawn; it stays readable, and no month is compared with it")
            )
            return go(request, "dispatch:ranking", period=str(month))
    context = {"period": month, "snapshot": snapshot, "form": form, "version": _version(request)}
    return render(request, "dispatch/standings/withdraw.html", context, status=422 if form.errors else 200)


def _asked(request: SignedIn, period: Period) -> tuple[Page, Opened | None]:
    """The page and the figure that the address names; 404 if there is no such group, unit or figure."""
    county, month = _county(request), _counted(period)
    rules = rules_of(county)
    unit, key = request.GET.get("unit", ""), request.GET.get("figure", "")
    number = asked.key(unit) or 0
    group, live, gone = request.GET.get("group", ""), "live" in request.GET, request.GET.get("withdrawn", "")
    withdrawn = (asked.key(gone) or -1) if gone else 0  # -1: nothing has it
    page = page_of(county, month, rules, group=group, unit=number, live=live, gone=withdrawn)
    if page is None:
        raise Http404
    if not (unit or key):
        return page, None
    figure = opened(page, county, number, key, request.user, rules)
    if figure is None:
        raise Http404
    return page, figure


def _link(request: SignedIn) -> str:
    """The beginning of the address of every figure, made once: what is asked for, without what opens one of them."""
    query = request.GET.copy()
    for key in ("unit", "figure", "all"):
        query.pop(key, None)
    where = request.path if wants_sheet(request) else ""  # it stands on another page
    return f"{where}?{query.urlencode()}&" if query else f"{where}?"


def _version(request: SignedIn) -> int:
    """That of the figures or the note the person saw; -1, which nothing has, where none is given."""
    return asked.seen(request, nothing=-1)


def _county(request: SignedIn) -> Unit:
    if request.user.county is None:
        raise Http404
    return request.user.county


def _counted(period: Period) -> Period:
    try:
        return counted_period(period)
    except ValueError as error:
        raise Http404 from error


def _later(period: Period) -> Period | None:
    """The next period, unless it is still to come."""
    later = period.next()
    return later if later.first <= timezone.localdate() else None
