"""Rounds: who has reported, who hasn't; and the week's report of a unit in one plain form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.days.periods import Period
from core.panels import panels
from core.records import order
from core.refusals import Refused
from core.web import asked
from core.web.htmx import go, page_or_part
from dispatch.rounds import chasing, entering
from dispatch.rounds import services as rounds
from dispatch.rounds.models import Out, Round, RoundRow
from dispatch.rounds.months import MonthState, month_state
from dispatch.rounds.permissions import (
    can_ask_more_days,
    can_bring_in,
    can_chase,
    can_close_round,
    can_fill_week,
    can_see_rounds,
    can_spare,
)
from dispatch.rounds.picture import services as drawing
from dispatch.rounds.picture.views import PAPER
from dispatch.rounds.rows import services as of_rows
from dispatch.rounds.rows.board import asked_for, states
from organization.people.models import User
from organization.permissions import works_for
from organization.profiles.rules import CountyRules, rules_of
from organization.requests import SignedIn, county_of
from organization.units.models import Unit
from projects.effort.models import Form
from projects.models import Project
from projects.reports.views import measured


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """One round: the units, the one that owes most first, with the projects they owe."""
    if not (answer := can_see_rounds(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    now, still_open = timezone.now(), Round.objects.still_open(opened.county_id).filter(pk=pk).exists()
    rows = RoundRow.objects.filter(Q(out="") | Q(out=Out.SPARED), round=opened).select_related("unit", "project")
    owed = set(RoundRow.objects.missing_in(opened).values_list("pk", flat=True))
    ordered = rows.order_by("unit__position", "unit", order.last("project__number"), "pk")
    units: dict[Unit, dict[str, Any]] = {}
    for row, state in states(opened, ordered, owed, now=now):
        line = units.setdefault(row.unit, {"unit": row.unit, "rows": [], "late": 0, "missing": [], "spared": 0})
        line["rows"].append((row, state))
        line["late"] += state.code == "late"
        line["spared"] += state.code == "spared"
        if row.pk in owed:
            line["missing"].append(row.project)
    unit, user, more_days = asked.key(request.GET.get("unit", "")), request.user, asked_for(opened)
    asking = {one.unit_id for one in more_days if one.answered_at is None}
    context = {
        "round": opened,
        "title": rounds.title(opened),
        "units": sorted(units.values(), key=lambda line: -len(line["missing"])),
        "opened": next((line for line in units.values() if line["unit"].pk == unit), None),
        "total": sum(len(line["rows"]) - line["spared"] for line in units.values()),
        "missing": len(owed),
        "now": now,
        "link": rounds.fill_link(opened),
        "chasing": _chasing(request, opened, list(units.values()), still_open=still_open),
        "still_open": still_open,
        "later": entering.later(opened, request.user, still_open=still_open),
        "may_close": can_close_round(request.user, request.user.county),
        "parts": panels("dispatch:round", pk, person=request.user, on=timezone.localdate(now)),
        "may_spare": still_open and can_spare(request.user, opened.county_id).ok,
        "more_days": more_days,
        "may_ask": [
            unit
            for unit, line in units.items()
            if still_open and line["missing"] and unit.pk not in asking and can_ask_more_days(user, unit)
        ],
        "state": _state(opened) if opened.kind == Round.Kind.MONTHLY else None,
    }
    sheet = "dispatch/rounds/_unit_sheet.html"
    return page_or_part(request, "dispatch/rounds/page.html", sheet, context, sheet=sheet)


def _chasing(
    request: SignedIn, opened: Round, lines: list[dict[str, Any]], *, still_open: bool
) -> dict[str, Any] | None:
    """What the office needs to chase what is missing; each of *lines* gets who answers and when they were asked."""
    if not still_open or not can_chase(request.user, request.user.county):
        return None
    now, owing = timezone.now(), rounds.owed(opened)
    if not owing:
        return None
    posts, newest = chasing.answering(owing), chasing.newest(opened)
    for line in lines:
        unit = line["unit"].standing if line["missing"] else line["unit"]
        line["posts"], line["chased"] = posts.get(unit.pk, []), newest.get(unit.pk)
        line["waits"], line["asked_of"] = chasing.lately(line["chased"], now), unit.pk
    office = rules_of(opened.county)[CountyRules].office or opened.county
    of = drawing.stamp(drawing.text_of(opened, now=now))
    return {
        "picture": drawing.picture_state(opened, of, now=now),
        "paper": PAPER,
        "units": [unit.pk for unit in owing],
        "text": chasing.group_text(opened, owing, office=office, now=now),
        "waits": all(chasing.lately(newest.get(unit.pk), now) for unit in owing),
    }


@require_POST
def chase(request: SignedIn, pk: int) -> HttpResponse:
    """Ask units for what they owe: those that are named."""
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    if not (answer := can_chase(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    units = asked.keys(request.POST.getlist("unit"))
    try:
        done = rounds.chase(opened, units, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.why)
        return go(request, "dispatch:round", pk)
    comma = _(", ")
    for found, level, said in (
        (done.told, messages.SUCCESS, _("Asked: %(units)s")),
        (done.lately, messages.INFO, _("Asked within the last hour already: %(units)s")),
        (done.nobody, messages.WARNING, _("Nobody holds a post there: %(units)s")),
    ):
        if found:
            messages.add_message(request, level, said % {"units": comma.join(map(str, found))})
    return go(request, "dispatch:round", pk)


@require_POST
def enter(request: SignedIn, pk: int) -> HttpResponse:
    """Projects that came later report from this round on; back to where that was pressed."""
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    if not (answer := can_bring_in(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    keys, back = asked.keys(request.POST.getlist("project")), request.POST.get("back")
    try:
        count = rounds.enter(opened, keys, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.why)
    else:
        said = ngettext("%(n)s project came into %(round)s", "%(n)s projects came into %(round)s", count)
        messages.success(request, said % {"n": count, "round": rounds.title(opened)})
    if back == "project" and keys:
        return go(request, "projects:page", keys[0])
    if back == "grid":
        return go(request, f"{rounds.fill_link(opened)}?unit={asked.key(request.POST.get('unit', '')) or ''}")
    return go(request, "dispatch:round", pk)


@require_GET
def outside_of(request: SignedIn, month: Period) -> HttpResponse:
    """The projects of a unit that came after the month's round had opened: a part of its grid."""
    county = county_of(request)
    opened = Round.objects.still_open(county).select_related("county")
    found = opened.filter(kind=Round.Kind.MONTHLY, period=str(month)).first()
    unit = Unit.objects.filter(county=county, pk=asked.key(request.GET.get("unit", "")) or 0).first()
    projects = entering.may_bring_in(found, request.user, unit) if found else []
    context = {"round": found, "title": rounds.title(found) if found else "", "projects": projects, "unit": unit}
    return page_or_part(request, "dispatch/rounds/outside.html", "dispatch/rounds/_outside.html", context)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """Since when which round counts a project: a part of its page."""
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("lead_unit"), pk=pk)
    context = {"project": project, "rounds": entering.of_project(project, request.user)}
    return page_or_part(request, "dispatch/rounds/of_project.html", "dispatch/rounds/_of_project.html", context)


@require_GET
def of_month(request: SignedIn, month: Period) -> HttpResponse:
    """The round of a month's reports; all rounds where the month has none."""
    found = Round.objects.filter(county=request.user.county, kind=Round.Kind.MONTHLY, period=str(month)).first()
    if found is None:
        return redirect("dispatch:rounds")
    query = request.GET.urlencode()  # of which unit, where a figure asks
    return redirect(reverse("dispatch:round", args=[found.pk]) + (f"?{query}" if query else ""))


def _state(opened: Round) -> MonthState:
    return month_state(opened.county, Period.parse(opened.period), now=timezone.now())


@require_POST
def leave_out(request: SignedIn, pk: int) -> HttpResponse:
    """Pass over what was not accepted in a closed month, with a reason."""
    if not (answer := can_close_round(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    try:
        count = rounds.leave_out(opened, by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.why)
    else:

        def said() -> str:
            return ngettext("%(n)s report is left out", "%(n)s reports are left out", count) % {"n": count}

        undo.say(request, said, "rows_left_out", opened, now=timezone.now())
    return go(request, "dispatch:round", pk)


@require_POST
def close(request: SignedIn, pk: int) -> HttpResponse:
    """Close a week's round before its time."""
    if not (answer := can_close_round(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    opened = get_object_or_404(Round.objects.exclude(kind=Round.Kind.MONTHLY), pk=pk, county=request.user.county)
    if rounds.close(opened, now=timezone.now()):
        undo.say(
            request,
            lambda: _("%(round)s is closed.") % {"round": rounds.title(opened)},
            "round_closed",
            opened,
            now=timezone.now(),
        )
    return go(request, "dispatch:round", pk)


@require_GET
def this_week(request: SignedIn) -> HttpResponse:
    """The newest round that is filled in line by line."""
    newest = Round.objects.exclude(kind=Round.Kind.MONTHLY).filter(county=request.user.county).first()
    if newest is None:
        return render(request, "dispatch/rounds/week.html", {"round": None})
    return redirect("dispatch:week", newest.period)


@require_http_methods(["GET", "POST"])
def week(request: SignedIn, period: Period) -> HttpResponse:
    """One or two sentences a project of the unit, and problems; the office chooses the unit."""
    opened = get_object_or_404(
        Round.objects.exclude(kind=Round.Kind.MONTHLY).select_related("county"),
        county=request.user.county,
        period=str(period),
    )
    units = _units(request.user, opened)
    unit = next((u for u in units if u.code == request.GET.get("unit")), units[0] if units else None)
    if unit is None:
        raise Http404
    if not (answer := can_fill_week(request.user, unit)):
        raise PermissionDenied(answer.why)
    rows_of = RoundRow.objects.asked().filter(round=opened, unit=unit).select_related("project")
    rows = list(rows_of.order_by(order.last("project__number"), "pk"))
    said: list[str] = []
    last, taken = of_rows.last_notes(opened, rows), None
    if request.method == "POST":
        entries = {
            row.pk: (request.POST.get(f"note_{row.pk}", ""), request.POST.get(f"problem_{row.pk}", "")) for row in rows
        }
        if same := request.POST.get("same", ""):
            taken = _as_last_week(rows, entries, last, same)
        elif not (said := _hand_in(request, opened, rows, entries)):
            return go(request, f"{request.path}?unit={unit.code}")
        for row in rows:
            row.note, row.problem = entries[row.pk]
    for row in rows:
        row.before = last.get(row.project_id, "")
    context = {
        "round": opened,
        "title": rounds.title(opened),
        "month": of_rows.month_of(opened),
        "unit": unit,
        "units": units,
        "rows": rows,
        "said": said,
        "taken": taken,
        "can_take": any(row.before and not row.note for row in rows),
        "missing": sum(row.submitted_at is None or bool(row.returned) for row in rows),
        "now": timezone.now(),
    }
    return render(request, "dispatch/rounds/week.html", context, status=422 if said else 200)


def _hand_in(request: SignedIn, opened: Round, rows: list[RoundRow], entries: dict[int, tuple[str, str]]) -> list[str]:
    """Stores what was written; sentences about what could not be, else the next page says how much it was."""
    version = {row.pk: asked.version(request.POST.get(f"version_{row.pk}")) for row in rows}
    done, said = of_rows.fill_week(opened, entries, by=request.user, now=timezone.now(), version=version)
    typed = sum((row.note, row.problem) != tuple(map(str.strip, entries[row.pk])) for row in rows)
    if rows and not said:
        measured(request, rows[0].unit, Form.WEEK, typed)
    if not said:
        text = ngettext("%(n)s project is reported", "%(n)s projects are reported", done) % {"n": done}
        if left := sum(not note.strip() for note, _problem in entries.values()):
            text += _("; %(n)s are still empty") % {"n": left}
        messages.success(request, text)
    return said


def _as_last_week(rows: list[RoundRow], entries: dict[int, tuple[str, str]], last: dict[int, str], same: str) -> int:
    """Puts last week's words where nothing is written yet: into the row *same*, or into all. Into how many; nothing is
    stored before somebody has looked."""
    taken = 0
    for row in rows:
        note, problem = entries[row.pk]
        if same in ("all", str(row.pk)) and not note.strip() and last.get(row.project_id):
            entries[row.pk] = (last[row.project_id], problem)
            taken += 1
    return taken


def _units(user: User, opened: Round) -> list[Unit]:
    """The units of the round that *user* fills in for."""
    found = Unit.objects.filter(pk__in=RoundRow.objects.filter(round=opened).values("unit"))
    if user.is_office_of(opened.county_id):
        return list(found)
    return [unit for unit in found if works_for(user, unit)]
