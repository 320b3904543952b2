"""Filling in the month: the grid of a unit, and the report of one project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core import undo
from core.amounts import figures
from core.away import aside
from core.days.office import calendar
from core.days.periods import Period
from core.fillings import hand_in, open_within
from core.indicators import pace
from core.panels import panels
from core.records.history import differing
from core.records.order import last
from core.refusals import Refused, Stale, onto
from core.web import asked
from core.web.htmx import go
from organization.people.models import Role, User
from organization.permissions import UNIT_ROLES, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn
from organization.units.models import Unit
from projects.effort.models import Form
from projects.effort.services import measure
from projects.photos.pages import month_of
from projects.registry.models import Project
from projects.registry.months.models import ReportingMonth
from projects.registry.months.services import demand_lived
from projects.reports import permissions
from projects.reports import services as reports
from projects.reports.forms import ReportForm
from projects.reports.grid import (
    Row,
    begin,
    count,
    fill,
    leave_unchanged,
    measures_of,
    rows_of,
    seen_of,
    take_back,
    total,
)
from projects.reports.history import changes_of
from projects.reports.models import MonthlyReport
from projects.reports.months import due_at, expected, lateness, over_in_year, with_status
from projects.reports.questions import earlier_name, month_name, months_name
from projects.reports.sent import SENT, keep_sent
from projects.rules import MonthlyRules, ReportRules, current_period

PER_PAGE = 80  # rows; five fields each stay far below what a request may hold


def begun_or_404(month: Period) -> Period:
    """The month in an address; not one that has not begun."""
    if month.first > timezone.localdate():
        raise Http404
    return month


def lived_or_404(rows: list[Row], county: Unit, period: Period) -> None:
    """Nothing is found of a month before the first with projects on file: asked only if it is before all of *rows*."""
    if all(row.project.counts_from and row.project.counts_from > period.last for row in rows):
        try:
            demand_lived(county, period)
        except Refused as refusal:
            raise Http404 from refusal


def units_to_fill(user: User) -> list[Unit]:
    """The units whose grid *user* may fill in, their own first; all that report for the office."""
    own = units_of(user, *UNIT_ROLES, county=user.county) if user.county else []
    if user.county and user.is_office_of(user.county):
        own += [unit for unit in Unit.objects.reporting().filter(county=user.county) if unit not in own]
    return own


def unit_asked(request: SignedIn) -> tuple[Unit, list[Unit]]:
    choices = units_to_fill(request.user)
    wanted = request.GET.get("unit", "")
    if wanted:
        named = Q(pk=key) if (key := asked.key(wanted)) else Q(code=wanted)
        unit = get_object_or_404(Unit, named, county=request.user.county)
        answer = permissions.can_fill_for(request.user, unit)
        if not answer:
            raise PermissionDenied(answer.why)
        return unit, choices
    if not choices:
        raise PermissionDenied(_("Reports are filled in by the officers of the units and by the command office."))
    return choices[0], choices


@require_GET
def current(request: SignedIn) -> HttpResponse:
    """The month that is being reported on: the grid for those who fill in, else the review."""
    county = request.user.county
    if county is None:
        raise PermissionDenied(_("You hold no post in a county."))
    period = current_period(timezone.localdate(), rules_of(county)[MonthlyRules])
    fills = request.user.holds(Role.OFFICE, *UNIT_ROLES, at=county)
    return redirect("projects:grid" if fills else "projects:review", month=str(period))


# the grid -----------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def grid(request: SignedIn, month: Period) -> HttpResponse:
    """All projects of a unit in one form. A row alone is stored by the same address, answered in JSON."""
    period = begun_or_404(month)
    unit, choices = unit_asked(request)
    completed = request.GET.get("completed") == "yes"
    projects = projects_of(unit, period, completed)
    if request.method == "POST" and request.get_preferred_type(["text/html", "application/json"]) != "text/html":
        return _store_rows(request, period, unit, projects)
    page = Paginator(projects, PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_shown(request, page, period, unit)
    lived_or_404(rows, county_of_unit(unit), period)
    status = 200
    if request.method == "POST":
        if _act(request, rows, _late(county_of_unit(unit), period)):
            return go(request, request.get_full_path())
        status = 422
    begin(rows)
    within = open_within(county_of_unit(unit), period, unit) if rows and not rows[0].closed else []
    for row in rows:
        row.handed_in = [one.title for one in within if one.states.get(row.project.pk) == "done"]
    return render(
        request,
        "projects/reports/grid.html",
        _grid_context(period, unit, choices, page, rows)
        | _besides(request.user, unit, period, page, shown=completed)
        | {"asked": within},
        status=status,
    )


def _besides(user: User, unit: Unit, period: Period, page: Page[Project], *, shown: bool) -> dict[str, Any]:
    """What stands around the grid: how many are completed and not asked for, or are *shown*; how many rows the table
    has, which never has those; what apps bring.
    """
    over: Any = with_status(county_of_unit(unit), period, unit)  # the stubs don't know its `report_status`
    over = over.filter(over_in_year(period), report_status__isnull=True)
    parts = panels("projects:grid", period, person=user, on=timezone.localdate())
    in_table = projects_of(unit, period).count() if shown else page.paginator.count
    return {"over": over.count(), "over_shown": shown, "in_table": in_table, "parts": parts}


def county_of_unit(unit: Unit) -> Unit:
    """Its county: what stands above the counties reports nothing."""
    if unit.county is None:
        raise Http404
    return unit.county


def _due(county: Unit, period: Period) -> datetime:
    return due_at(period, rules_of(county)[MonthlyRules], calendar())


def _late(county: Unit, period: Period) -> str:
    return lateness(_due(county, period), timezone.now())


def _told(said: str, late: str) -> str:
    """*said* after something was stored, and how late it is if it is."""
    return _("%(said)s The report is %(late)s.") % {"said": said, "late": late} if late else said


def projects_of(unit: Unit, period: Period, completed: bool = False) -> QuerySet[Project]:
    return (
        expected(county_of_unit(unit), period, unit, completed=completed)
        .select_related("lead_unit")
        .order_by(last("number"), "pk")
    )


def rows_shown(request: SignedIn, projects: Any, period: Period, unit: Unit) -> list[Row]:
    closed = _closed(county_of_unit(unit), period) is not None
    rows = rows_of(projects, period, rules_of(county_of_unit(unit))[ReportRules], closed)
    for row in rows:
        row.mine = bool(row.report and permissions.can_take_back_report(request.user, row.report))
    return rows


def _closed(county: Unit, period: Period) -> ReportingMonth | None:
    months = ReportingMonth.objects.filter(county=county, month=str(period), closed_at__isnull=False)
    return months.select_related("closed_by").first()


def _store_rows(request: SignedIn, period: Period, unit: Unit, projects: Any) -> HttpResponse:
    """Some rows, as the page sends them by itself: what became of each."""
    wanted = asked.keys(name[2:-8] for name in request.POST if name.startswith("r-"))
    rows = rows_shown(request, projects.filter(pk__in=wanted[:PER_PAGE]), period, unit)
    now = timezone.now()
    for row in rows:
        fill(row, request.POST, by=request.user, now=now)
    measured(request, unit, Form.GRID, sum(row.typed for row in rows))
    answer = {str(row.project.pk): _as_json(row, request) for row in rows}
    at, late = f"{timezone.localtime(now):%H:%M}", _late(county_of_unit(unit), period)
    return JsonResponse({"rows": answer, "at": at, "late": late})


def _as_json(row: Row, request: SignedIn) -> dict[str, Any]:
    theirs = row.conflict.record if row.conflict else None
    context = {"row": row}
    return {
        "state": row.state.code,
        "ready": row.is_ready,
        "version": row.version,
        "before": row.before,
        "bad": {"works": row.works_bad, "progress": row.progress_bad},
        "status": render_to_string("projects/reports/_grid_status.html", context, request),
        "note": render_to_string("projects/reports/_grid_note.html", context, request) if row.has_note else "",
        "theirs": theirs
        and {
            "works": figures.wan_exact(theirs.works),
            "progress": theirs.progress,
            "problem": theirs.problem,
            "explanation": theirs.explanation,
        },
    }


def _act(request: SignedIn, rows: list[Row], late: str) -> bool:
    """Store what was posted, then do what the pressed button says. Whether all went well; the words are messages."""
    data, by, now = request.POST.copy(), request.user, timezone.now()
    _press_row_buttons(data, rows)
    for row in rows:
        if data.get("theirs") != str(row.project.pk):
            fill(row, data, by=by, now=now)
    if typed := [row for row in rows if row.typed]:
        measured(request, typed[0].project.lead_unit, Form.GRID, sum(row.typed for row in typed))
    do = data.get("do", "")
    same = [row for row in rows if row.editable and row.is_empty and not row.has_trouble]
    chosen = same if do == "unchanged" else [row for row in same if data.get("same") == str(row.project.pk)]
    for row in chosen:
        leave_unchanged(row, by=by, now=now)
    if back := asked.versions(data.get("back")):
        _take_back(request, rows, back)
    elif do == "submit":
        _submit(request, rows, late)
    elif do.startswith("in:"):
        _hand_in(request, rows, do.removeprefix("in:"))
    elif not any(row.has_trouble for row in rows):
        messages.success(request, _told(_("Saved."), late))
    return not any(row.has_trouble for row in rows)


def _hand_in(request: SignedIn, rows: list[Row], key: str) -> None:
    """A round within the month gets its copy of the rows that say something."""
    projects = [row.project.pk for row in rows if not row.has_trouble]
    try:
        done = hand_in(key, projects, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.why)
        return
    text = ngettext("%(n)s project is reported", "%(n)s projects are reported", done.done) % {"n": done.done}
    if done.said:
        text += _("; %(n)s are still empty") % {"n": len(done.said)}
    messages.add_message(request, messages.SUCCESS if done.done else messages.WARNING, text)


def measured(request: SignedIn, unit: Unit, form: str, fields: int) -> None:
    """How many cells were written, for the office; a page that is read in a bad moment goes without."""
    with aside("what filling in takes"):
        measure(unit, form, fields, by=request.user, now=timezone.now())


def _press_row_buttons(data: QueryDict, rows: list[Row]) -> None:
    """Without a script the offered figure is a button: put it where it belongs."""
    pk, _sep, figure = data.get("likely", "").partition(":")
    if any(str(row.project.pk) == pk for row in rows):
        data[f"r-{pk}-works"] = figure


def _take_back(request: SignedIn, rows: list[Row], version: dict[int, int]) -> None:
    by, now = request.user, timezone.now()
    chosen = [row for row in rows if row.report and row.report.pk in version]
    done = sum(take_back(row, by=by, now=now, version=version[row.report.pk]) for row in chosen if row.report)
    if done:
        text = ngettext("%(n)s report taken back.", "%(n)s reports taken back.", done) % {"n": done}
        messages.success(request, text)


def _offer_back(request: SignedIn, said: undo.Said, sent: list[MonthlyReport]) -> None:
    """The sentence after submitting, with the button that takes back what went."""
    now = timezone.now()
    if len(sent) == 1:
        undo.say(request, said, "report_submitted", sent[0], now=now)
    elif sent:
        undo.say(request, said, SENT, keep_sent(sent, said, by=request.user, now=now), now=now)


def _submit(request: SignedIn, rows: list[Row], late: str) -> None:
    ready = {row.report: row.seen for row in rows if row.is_ready and row.report and row.seen is not None}
    version = {report.pk: seen for report, seen in ready.items()}
    done = reports.submit(ready, by=request.user, now=timezone.now(), version=version)
    sent = {report.pk: report for report in done.sent}
    for row in rows:
        if row.report and row.report.pk in sent:
            row.report = sent[row.report.pk]
    left = sum(row.editable and not row.is_empty for row in rows)
    if sent:

        def submitted() -> str:
            said = ngettext("%(n)s report submitted.", "%(n)s reports submitted.", len(sent)) % {"n": len(sent)}
            return _told(said, late)

        _offer_back(request, submitted, [row.report for row in rows if row.report and row.report.pk in sent])
    if left:
        text = ngettext("%(n)s is held back; its row says why.", "%(n)s are held back; their rows say why.", left)
        messages.warning(request, text % {"n": left})
    if not sent and not left:
        messages.warning(request, _("Nothing is filled in yet that could be submitted."))


def _grid_context(
    period: Period, unit: Unit, choices: list[Unit], page: Page[Project], rows: list[Row]
) -> dict[str, Any]:
    previous, following = period.previous(), period.next()
    return {
        "period": period,
        "month": month_name(period),
        "months": months_name(period),
        "earlier": earlier_name(period),
        "pace": pace(period),
        "previous": previous,
        "following": following if following.first <= timezone.localdate() else None,
        "due": _due(county_of_unit(unit), period),
        "closed": _closed(county_of_unit(unit), period),
        "unit": unit,
        "units": choices if len(choices) > 1 else [],
        "page": page,
        "rows": rows,
        "count": count(rows),
        "total": total(rows),
        "now": timezone.now(),
    }


# one project --------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: SignedIn, pk: int, month: Period) -> HttpResponse:
    """Everything about one project's month."""
    period = begun_or_404(month)
    visible = Project.objects.visible_to(request.user)
    project = get_object_or_404(visible.select_related("lead_unit", "county"), pk=pk)
    closed = _closed(project.county, period)
    (row,) = rows_of([project], period, rules_of(project.county)[ReportRules], closed is not None)
    lived_or_404([row], project.county, period)
    may_fill = permissions.can_fill_report(request.user, project)
    own = bool(permissions.can_fill_statistics(request.user, project))
    form = ReportForm(initial=_initial(row), own_unit=own) if may_fill and row.editable else None
    status = 200
    if request.method == "POST" and "back" in request.POST:
        _take_back(request, [row], asked.versions(request.POST["back"]))
        if row.refused:
            messages.error(request, row.refused)
        return go(request, "projects:report", pk=pk, month=month)
    if request.method == "POST":
        if not may_fill:
            raise PermissionDenied(may_fill.why)
        form = ReportForm(request.POST, own_unit=own)
        status = _store_report(request, row, form)
        if status < 300:
            return go(request, "projects:report", pk=pk, month=month)
    return render(request, "projects/reports/report.html", _report_context(request, row, form, closed), status=status)


def _initial(row: Row) -> dict[str, Any]:
    names = [*reports.FIELDS, "version"]
    return {name: getattr(row.report, name) for name in names} if row.report else {"version": 0}


def _store_report(request: SignedIn, row: Row, form: ReportForm) -> int:
    """204 if stored (and submitted, if that was asked), 422 with errors in *form*, 409 with the other's figures."""
    now, do = timezone.now(), request.POST.get("do")
    if not form.is_valid():
        return 422
    by = request.user
    values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    typed = len(differing(row.report or MonthlyReport(), values))
    version = form.cleaned_data["version"]
    try:
        if do == "unchanged":
            row.report = reports.copy_last(row.project, row.period, by=by, now=now, version=version)
        else:
            stored = reports.save(row.project, row.period, by=by, now=now, version=version, **values)
            row.report = stored if stored.pk else None
    except Stale as conflict:
        row.conflict = conflict
        _seen(form, conflict.record.version)  # saving again means “mine”
        return 409
    except Refused as refused:
        return onto(form, refused)
    row.seen = seen_of(row.report, version, now)
    row.ask()
    measured(request, row.project.lead_unit, Form.REPORT, typed)
    if do == "submit" and not _submit_one(request, row, form):
        return 422
    if do != "submit":
        messages.success(request, _told(_("Saved."), _late(row.project.county, row.period)))
    return 204


def _seen(form: ReportForm, version: int) -> None:
    """The bound *form* shows what was typed, as of another *version*."""
    form.data = {**{name: form.data.get(name) for name in form.data}, "version": str(version)}


def _submit_one(request: SignedIn, row: Row, form: ReportForm) -> bool:
    if row.report is None:
        form.add_error(None, _("Nothing is filled in yet that could be submitted."))
        return False
    version = {row.report.pk: row.seen or 0}
    done = reports.submit([row.report], by=request.user, now=timezone.now(), version=version)
    for held in done.held:
        for sentence in held.sentences:
            form.add_error(None, sentence)
    _seen(form, row.report.version)
    if done.sent:
        late = _late(row.project.county, row.period)

        def submitted() -> str:
            return _told(ngettext("%(n)s report submitted.", "%(n)s reports submitted.", 1) % {"n": 1}, late)

        _offer_back(request, submitted, done.sent)
    return not done.held


def _report_context(
    request: SignedIn, row: Row, form: ReportForm | None, closed: ReportingMonth | None
) -> dict[str, Any]:
    user: User = request.user
    period, stored = row.period, row.report
    due = _due(row.project.county, period)
    at = timezone.now() if row.editable else stored and stored.submitted_at
    return {
        "row": row,
        "project": row.project,
        "report": stored,
        "form": form,
        "closed": closed,
        "period": period,
        "month": month_name(period),
        "months": months_name(period),
        "earlier": earlier_name(period),
        "pace": pace(period),
        "due": due,
        "late": lateness(due, at) if at else "",
        "previous": period.previous(),
        "photos": month_of(row.project, period, user=user, on=timezone.localdate()),
        "measures": measures_of(row),
        "changes": changes_of(stored) if stored else [],
        "sponsors": [s.post for s in row.project.sponsors.select_related("post")],
        "may_approve": stored and stored.status == "submitted" and bool(permissions.can_approve_report(user, stored)),
        "may_review": stored
        and stored.status in ("submitted", "approved", "accepted")
        and not closed
        and bool(permissions.can_review_report(user, stored)),
        "waits_for_sponsor": stored and reports.waits_for_sponsor(stored),
        "grid_url": f"{reverse('projects:grid', args=[period])}?unit={row.project.lead_unit_id}",
        "may_take_back": stored
        and stored.status == "submitted"
        and not closed
        and bool(permissions.can_take_back_report(user, stored)),
        "may_fill": bool(permissions.can_fill_report(user, row.project)),
        "now": timezone.now(),
    }
