"""Deciding on the month: sponsors approve, the office accepts, gives back, closes and reopens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.days.office import calendar
from core.days.periods import Period
from core.indicators import pace
from core.refusals import Refused, onto, tell
from core.web import asked
from core.web.forms import ReasonForm
from core.web.htmx import go, page_or_part, wants_part
from organization.people.models import Role
from organization.profiles.rules import rules_of
from organization.requests import SignedIn
from organization.units.models import Unit
from projects.registry.models import Project
from projects.registry.months.models import ReportingMonth
from projects.reports import permissions
from projects.reports import services as reports
from projects.reports.closing import close_month, is_early, reopen_month
from projects.reports.grid import in_words
from projects.reports.models import MonthlyReport
from projects.reports.months import due_at
from projects.reports.questions import earlier_name, month_name, months_name
from projects.reports.views import begun_or_404
from projects.review.pages import PER_PAGE, Desk, accepted, closing, missing, seen, whole
from projects.rules import MonthlyRules, ReportRules, current_period


@require_GET
def current(request: SignedIn) -> HttpResponse:
    """The month that is being reported on."""
    county = _county(request)
    period = current_period(timezone.localdate(), rules_of(county)[MonthlyRules])
    return redirect("projects:review", month=str(period))


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: SignedIn, month: Period) -> HttpResponse:
    """The office's desk, or a leader's: what waits for a decision this month. POST: all that asks nothing."""
    period, county = begun_or_404(month), _county(request)
    if request.method == "POST":
        _decide_all(request, county, period)
        if not wants_part(request):
            return go(request, _address(request, month))
    return _page(request, county, period)


def _page(request: SignedIn, county: Unit, period: Period) -> HttpResponse:
    return page_or_part(
        request, "projects/review/page.html", "projects/review/_desk.html", _context(request, county, period)
    )


def _address(request: SignedIn, month: Period) -> str:
    """The desk, at the page from which something was done."""
    address, page = reverse("projects:review", args=[month]), request.GET.get("page", "")
    return f"{address}?page={page}" if asked.key(page) else address


def _county(request: SignedIn) -> Unit:
    user = request.user
    if user.county is None or not user.holds(Role.OFFICE, Role.LEADER, at=user.county):
        raise PermissionDenied(_("Reports are approved by sponsoring leaders and accepted by the command office."))
    return user.county


# the page ----------------------------------------------------------------------------------------------


def _desk(request: SignedIn, county: Unit, period: Period) -> Desk:
    return Desk(request.user, county, period, rules_of(county)[ReportRules])


def _context(request: SignedIn, county: Unit, period: Period) -> dict[str, Any]:
    desk = _desk(request, county, period)
    page = desk.page(request.GET.get("page"))
    month = ReportingMonth.objects.filter(county=county, month=str(period)).select_related("closed_by").first()
    taken = Paginator(accepted(county, period), PER_PAGE).get_page(request.GET.get("accepted"))
    following = period.next()
    owing = missing(county, period) if desk.office else []
    return {
        "period": period,
        "month": month_name(period),
        "months": months_name(period),
        "earlier": earlier_name(period),
        "pace": pace(period),
        "previous": period.previous(),
        "following": following if following.first <= timezone.localdate() else None,
        "due": due_at(period, rules_of(county)[MonthlyRules], calendar()),
        "office": desk.office,
        "page": page,
        "here": f"?page={page.number}" if page.number > 1 else "",
        "groups": desk.groups(page),
        "seen": seen(desk.waiting),
        "waiting": len(desk.waiting),
        "plain": sum(one.plain for one in desk.waiting),
        "unheard": sum(one.unheard for one in desk.waiting),
        "missing": owing,
        "owed": sum(unit.projects for unit in owing),
        "accepted": taken if desk.office else None,
        "closed": month if month and month.closed_at else None,
        "reopened": month if month and not month.closed_at and month.reason else None,
        "now": timezone.now(),
    }


# decisions ----------------------------------------------------------------------------------------------


def _decide_all(request: SignedIn, county: Unit, period: Period) -> None:
    """Approve (a leader) or accept (the office) all of the month that asks nothing, on whatever page; of one unit if
    it is named. What wasn't there when the page was made, or has changed since, waits."""
    desk, now, done = _desk(request, county, period), timezone.now(), 0
    act = reports.accept if desk.office else reports.approve
    known = asked.versions(request.POST.get("seen"))
    unit = request.POST.get("unit")
    chosen = [one for one in desk.waiting if one.plain and one.pk in known and unit in (None, str(one.unit))]
    for report in whole(chosen):
        try:
            act(report, by=request.user, now=now, version=known[report.pk])
            done += 1
        except Refused as refused:
            tell(request, refused, about=report.project)
    _say_done(request, done, desk.office)


def _say_done(request: SignedIn, done: int, office: bool) -> None:
    if office:
        text = ngettext("%(n)s report accepted.", "%(n)s reports accepted.", done)
    else:
        text = ngettext("%(n)s report approved.", "%(n)s reports approved.", done)
    if done:
        messages.success(request, text % {"n": done})


def _report(request: SignedIn, pk: int, month: Period) -> MonthlyReport:
    visible = Project.objects.visible_to(request.user)
    project = get_object_or_404(visible.select_related("county"), pk=pk)
    report = get_object_or_404(MonthlyReport, project=project, month=str(begun_or_404(month)))
    report.project = project
    return report


def _back(request: SignedIn, report: MonthlyReport) -> HttpResponse:
    """To the desk, or to the report where the button was pressed there."""
    if wants_part(request):
        return _page(request, report.project.county, Period.parse(report.month))
    if request.POST.get("from") == "report":
        return go(request, "projects:report", pk=report.project_id, month=report.month)
    return go(request, _address(request, Period.parse(report.month)))


@require_POST
def approve(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    report = _report(request, pk, month)
    try:
        reports.approve(report, by=request.user, now=timezone.now(), version=asked.seen(request))
        messages.success(request, _("%(project)s: approved.") % {"project": report.project})
    except Refused as refused:
        tell(request, refused)
    return _back(request, report)


@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """Accept a report; past a sponsor who has not been heard, with a reason that is asked for here."""
    report = _report(request, pk, month)
    if not (answer := permissions.can_review_report(request.user, report)):
        raise PermissionDenied(answer.why)
    asks = reports.waits_for_sponsor(report)
    form = ReasonForm(request.POST if request.method == "POST" and asks else None)
    if request.method == "POST" and (not asks or form.is_valid()):
        reason = form.cleaned_data["reason"] if asks else ""
        try:
            reports.accept(report, by=request.user, now=timezone.now(), reason=reason, version=asked.seen(request))
            messages.success(request, _("%(project)s: accepted.") % {"project": report.project})
            return _back(request, report)
        except Refused as refused:
            if not form.is_bound:
                tell(request, refused)
                return _back(request, report)
            onto(form, refused)
    title = _("Accept it without the sponsor's approval?")
    return _ask(request, form, title, _("Accept"), in_words(report.project, report))


@require_http_methods(["GET", "POST"])
def give_back(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """Return a report to its unit, with a reason."""
    report = _report(request, pk, month)
    if not (answer := permissions.can_return_report(request.user, report)):
        raise PermissionDenied(answer.why)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            reports.give_back(report, by=request.user, now=timezone.now(), reason=reason, version=asked.seen(request))
            messages.success(request, _("%(project)s: given back.") % {"project": report.project})
            return _back(request, report)
        except Refused as refused:
            onto(form, refused)
    return _ask(request, form, _("Give the report back?"), _("Give back"), in_words(report.project, report))


@require_http_methods(["GET", "POST"])
def close(request: SignedIn, month: Period) -> HttpResponse:
    """Lock the month, after a look at what is left out; before its last day with a reason."""
    period, county, now = begun_or_404(month), _county(request), timezone.now()
    if not (answer := permissions.can_close_month(request.user, county)):
        raise PermissionDenied(answer.why)
    early = is_early(period, now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = early
    if form.is_valid():
        try:
            closed = close_month(county, period, by=request.user, now=now, reason=form.cleaned_data["reason"])
        except Refused as refused:
            onto(form, refused)
        else:
            undo.say(
                request,
                lambda: _("%(month)s is closed.") % {"month": month_name(period)},
                "month_closed",
                closed,
                now=now,
            )
            return go(request, "projects:review", month=month)
    context = closing(county, period) | {"month": month_name(period), "early": early, "form": form}
    return render(request, "projects/review/close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reopen(request: SignedIn, month: Period) -> HttpResponse:
    """Unlock the month, with a reason."""
    period, county = begun_or_404(month), _county(request)
    if not (answer := permissions.can_reopen_month(request.user, county)):
        raise PermissionDenied(answer.why)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            reopen_month(county, period, by=request.user, now=timezone.now(), reason=reason)
            messages.success(request, _("%(month)s is open again.") % {"month": month_name(period)})
            return go(request, "projects:review", month=month)
        except Refused as refused:
            onto(form, refused)
    title = _("Reopen %(month)s?") % {"month": month_name(period)}
    return _ask(request, form, title, _("Reopen"), _("Its reports can then be given back and corrected."))


def _ask(request: SignedIn, form: ReasonForm, title: str, submit: str, about: str) -> HttpResponse:
    """A page that asks for a reason; the same form stands in a dialog where there is a script."""
    context = {"form": form, "title": title, "submit": submit, "about": about}
    context["version"] = asked.seen(request)
    return render(request, "projects/review/reason.html", context, status=422 if form.is_bound else 200)
