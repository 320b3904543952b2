"""Deciding on the month: sponsors approve, the office accepts, gives back, closes and reopens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.days.office import calendar
from core.days.periods import Period
from core.indicators import pace
from core.records.order import last
from core.refusals import Refused, onto, tell
from core.web.forms import ReasonForm
from core.web.htmx import go, page_or_part, wants_part
from organization.people.models import Post, Role, User
from organization.profiles.rules import rules_of
from organization.requests import SignedIn
from organization.units.models import Unit
from projects.choices import ReportStatus
from projects.registry.models import Project
from projects.registry.months.models import ReportingMonth
from projects.reports import permissions
from projects.reports import services as reports
from projects.reports.closing import close_month, reopen_month
from projects.reports.grid import Row
from projects.reports.models import MonthlyReport
from projects.reports.months import EDITABLE, WAITING, due_at, expected, standings
from projects.reports.questions import earlier_name, month_name, months_name
from projects.reports.views import period_or_404
from projects.rules import MonthlyRules, ReportRules, current_period


@dataclass
class UnitReports:
    """A unit's part of the review."""

    unit: Unit
    rows: list[Row] = field(default_factory=list)

    @property
    def plain(self) -> list[Row]:
        """Those that can be taken together: nothing asked, no sponsor still to be heard."""
        return [row for row in self.rows if not row.asked and not row.waits]

    @property
    def seen(self) -> str:
        """Which reports a decision about all of them is about, each in its version: “7:2 9:1”."""
        return " ".join(f"{row.report.pk}:{row.version}" for row in self.plain if row.report)


@dataclass
class Missing:
    """What a unit still owes, and whom to ring."""

    unit: Unit
    projects: int = 0
    drafts: int = 0
    returned: int = 0
    officers: list[Post] = field(default_factory=list)


@require_GET
def current(request: SignedIn) -> HttpResponse:
    """The month that is being reported on."""
    county = _county(request)
    period = current_period(timezone.localdate(), rules_of(county)[MonthlyRules])
    return redirect("projects:review", month=str(period))


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: SignedIn, month: str) -> HttpResponse:
    """The office's desk, or a leader's: what waits for a decision this month. POST: all that asks nothing."""
    period, county = period_or_404(month), _county(request)
    if request.method == "POST":
        _decide_all(request, county, period)
        if not wants_part(request):
            return go(request, "projects:review", month=month)
    return _page(request, county, period)


def _page(request: SignedIn, county: Unit, period: Period) -> HttpResponse:
    return page_or_part(
        request, "projects/reports/review.html", "projects/reports/_review.html", _context(request, county, period)
    )


def _county(request: SignedIn) -> Unit:
    user = request.user
    if user.county is None or not user.holds(Role.OFFICE, Role.LEADER, at=user.county):
        raise PermissionDenied(_("Reports are approved by sponsoring leaders and accepted by the command office."))
    return user.county


# what waits ---------------------------------------------------------------------------------------------


def _waiting(user: User, county: Unit, period: Period) -> QuerySet[MonthlyReport]:
    """What *user* is asked to decide: for the office all that went up, for a leader what they sponsor."""
    scope = (
        MonthlyReport.objects.of_month(period)
        .filter(project__county=county)
        .select_related("project__lead_unit", "submitted_by", "approved_by")
        .prefetch_related("project__sponsors__post")
        .order_by("project__lead_unit__position", "project__lead_unit", last("project__number"), "project_id")
    )
    if user.is_office_of(county):
        return scope.filter(status__in=WAITING)
    mine = Project.objects.sponsored_by(user).values("pk")
    return scope.filter(status=ReportStatus.SUBMITTED, project__in=mine)


def _rows(found: Iterable[MonthlyReport], county: Unit, period: Period, *, office: bool) -> list[Row]:
    found = list(found)
    stands = standings([report.project_id for report in found], period)
    rules = rules_of(county)[ReportRules]
    rows = []
    for report in found:
        row = Row(report.project, period, stands[report.project_id], rules, report)
        # for a leader it is his own word that the report waits for
        row.waits = office and reports.waits_for_sponsor(report)
        row.sponsors = [sponsor.post for sponsor in report.project.sponsors.all()]
        rows.append(row)
    return rows


def _by_unit(rows: Iterable[Row]) -> list[UnitReports]:
    groups: dict[int, UnitReports] = {}
    for row in rows:
        unit = row.project.lead_unit
        groups.setdefault(unit.pk, UnitReports(unit)).rows.append(row)
    return list(groups.values())


def missing(county: Unit, period: Period) -> list[Missing]:
    """The units that owe reports of *period*, with their officers: three queries."""
    states = dict(
        MonthlyReport.objects.of_month(period).filter(project__county=county).values_list("project", "status")
    )
    units: dict[int, Missing] = {}
    for project in expected(county, period).select_related("lead_unit"):
        state = states.get(project.pk)
        if state and state not in EDITABLE:
            continue
        owing = units.setdefault(project.lead_unit_id, Missing(project.lead_unit))
        owing.projects += 1
        owing.drafts += state == ReportStatus.DRAFT
        owing.returned += state == ReportStatus.RETURNED
    posts = Post.objects.filter(unit__in=units, role=Role.OFFICER, active=True).select_related("holder")
    for post in posts:
        units[post.unit_id].officers.append(post)
    return sorted(units.values(), key=lambda owing: (owing.unit.position, owing.unit.pk))


def _context(request: SignedIn, county: Unit, period: Period) -> dict[str, Any]:
    user = request.user
    office = user.is_office_of(county)
    rows = _rows(_waiting(user, county, period), county, period, office=office)
    month = ReportingMonth.objects.filter(county=county, month=str(period)).select_related("closed_by").first()
    of_month = MonthlyReport.objects.of_month(period).filter(project__county=county)
    accepted = of_month.counted().select_related("project__lead_unit").order_by(last("project__number"), "project_id")
    following = period.next()
    groups = _by_unit(rows)
    owing = missing(county, period) if office else []
    return {
        "period": period,
        "month": month_name(period),
        "months": months_name(period),
        "earlier": earlier_name(period),
        "pace": pace(period),
        "previous": period.previous(),
        "following": following if following.first <= timezone.localdate() else None,
        "due": due_at(period, rules_of(county)[MonthlyRules], calendar()),
        "office": office,
        "groups": groups,
        "seen": " ".join(group.seen for group in groups if group.plain),
        "waiting": len(rows),
        "plain": sum(len(group.plain) for group in groups),
        "unheard": sum(row.waits for row in rows),
        "missing": owing,
        "owed": sum(unit.projects for unit in owing),
        "accepted": list(accepted) if office else [],
        "closed": month if month and month.closed_at else None,
        "reopened": month if month and not month.closed_at and month.reason else None,
        "now": timezone.now(),
    }


# decisions ----------------------------------------------------------------------------------------------


def _decide_all(request: SignedIn, county: Unit, period: Period) -> None:
    """Approve (a leader) or accept (the office) all that asks nothing, of one unit if it is named; what the page
    didn't show waits."""
    user = request.user
    office, now, done = user.is_office_of(county), timezone.now(), 0
    act = reports.accept if office else reports.approve
    seen = dict(one.split(":", 1) for one in request.POST.get("seen", "").split() if ":" in one)
    for row in _rows(_waiting(user, county, period), county, period, office=office):
        if row.report is None or row.asked or row.waits or str(row.report.pk) not in seen:
            continue
        if request.POST.get("unit", str(row.project.lead_unit_id)) != str(row.project.lead_unit_id):
            continue
        try:
            act(row.report, by=user, now=now, version=_int(seen[str(row.report.pk)]))
            done += 1
        except Refused as refused:
            tell(request, refused, about=row.project)
    _say_done(request, done, office)


def _say_done(request: SignedIn, done: int, office: bool) -> None:
    if office:
        text = ngettext("%(n)s report accepted.", "%(n)s reports accepted.", done)
    else:
        text = ngettext("%(n)s report approved.", "%(n)s reports approved.", done)
    if done:
        messages.success(request, text % {"n": done})


def _report(request: SignedIn, pk: int, month: str) -> MonthlyReport:
    visible = Project.objects.visible_to(request.user)
    project = get_object_or_404(visible.select_related("county"), pk=pk)
    report = get_object_or_404(MonthlyReport, project=project, month=str(period_or_404(month)))
    report.project = project
    return report


def _version(request: SignedIn) -> int:
    """What the page showed, in the form or in the address of its dialog; 0, which no report has, if nothing says."""
    return _int(request.POST.get("version") or request.GET.get("version", ""))


def _int(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _back(request: SignedIn, report: MonthlyReport) -> HttpResponse:
    """To the desk, or to the report where the button was pressed there."""
    if wants_part(request):
        return _page(request, report.project.county, Period.parse(report.month))
    if request.POST.get("from") == "report":
        return go(request, "projects:report", pk=report.project_id, month=report.month)
    return go(request, "projects:review", month=report.month)


@require_POST
def approve(request: SignedIn, pk: int, month: str) -> HttpResponse:
    report = _report(request, pk, month)
    try:
        reports.approve(report, by=request.user, now=timezone.now(), version=_version(request))
        messages.success(request, _("%(project)s: approved.") % {"project": report.project})
    except Refused as refused:
        tell(request, refused)
    return _back(request, report)


@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, pk: int, month: str) -> HttpResponse:
    """Accept a report; past a sponsor who has not been heard, with a reason that is asked for here."""
    report = _report(request, pk, month)
    if not (answer := permissions.can_review_report(request.user, report)):
        raise PermissionDenied(answer.why)
    asks = reports.waits_for_sponsor(report)
    form = ReasonForm(request.POST if request.method == "POST" and asks else None)
    if request.method == "POST" and (not asks or form.is_valid()):
        reason = form.cleaned_data["reason"] if asks else ""
        try:
            reports.accept(report, by=request.user, now=timezone.now(), reason=reason, version=_version(request))
            messages.success(request, _("%(project)s: accepted.") % {"project": report.project})
            return _back(request, report)
        except Refused as refused:
            if not form.is_bound:
                tell(request, refused)
                return _back(request, report)
            onto(form, refused)
    title = _("Accept it without the sponsor's approval?")
    return _ask(request, form, title, _("Accept"), _about(report))


@require_http_methods(["GET", "POST"])
def give_back(request: SignedIn, pk: int, month: str) -> HttpResponse:
    """Return a report to its unit, with a reason."""
    report = _report(request, pk, month)
    if not (answer := permissions.can_return_report(request.user, report)):
        raise PermissionDenied(answer.why)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            reports.give_back(report, by=request.user, now=timezone.now(), reason=reason, version=_version(request))
            messages.success(request, _("%(project)s: given back.") % {"project": report.project})
            return _back(request, report)
        except Refused as refused:
            onto(form, refused)
    return _ask(request, form, _("Give the report back?"), _("Give back"), _about(report))


@require_POST
def close(request: SignedIn, month: str) -> HttpResponse:
    """Lock the month."""
    period, county = period_or_404(month), _county(request)
    try:
        closed = close_month(county, period, by=request.user, now=timezone.now())
    except Refused as refused:
        tell(request, refused)
        return go(request, "projects:review", month=month)
    undo.say(request, _("%(month)s is closed.") % {"month": month_name(period)}, "month_closed", closed)
    return go(request, "projects:review", month=month)


@require_http_methods(["GET", "POST"])
def reopen(request: SignedIn, month: str) -> HttpResponse:
    """Unlock the month, with a reason."""
    period, county = period_or_404(month), _county(request)
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


def _about(report: MonthlyReport) -> str:
    month = month_name(Period.parse(report.month))
    return _("%(project)s, %(month)s") % {"project": report.project, "month": month}


def _ask(request: SignedIn, form: ReasonForm, title: str, submit: str, about: str) -> HttpResponse:
    """A page that asks for a reason; the same form stands in a dialog where there is a script."""
    context = {"form": form, "title": title, "submit": submit, "about": about}
    context["version"] = request.POST.get("version") or request.GET.get("version", "")
    return render(request, "projects/reports/reason.html", context, status=422 if form.is_bound else 200)
