"""The dispatch calendar: a year, an act of it, a person's own file, and the working days that the office corrects."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.days import moved, office
from core.days.periods import YEARS
from core.noted import note
from core.refusals import Refused
from core.web import asked
from core.web.htmx import go
from dispatch.calendar import pages, services
from dispatch.calendar.forms import DaysForm, DoneForm
from dispatch.calendar.models import CalendarAct, CalendarAddress
from dispatch.calendar.permissions import can_finish, can_move_days, can_see_act, can_see_calendar
from dispatch.calendar.year import DOES, does_label
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from projects.registry.models import Project


@require_GET
def this_year(request: SignedIn) -> HttpResponse:
    return redirect("dispatch:calendar", timezone.localdate().year)


@require_GET
def year(request: SignedIn, year: int) -> HttpResponse:
    """Every act of the year, by months."""
    county = county_of(request)
    if not (answer := can_see_calendar(request.user, county)):
        raise PermissionDenied(answer.why)
    does = request.GET.get("does", "") if request.GET.get("does") in DOES else ""
    own, on = request.GET.get("own") == "1", timezone.localdate()
    found = pages.year_of(county, request.user, rules_of(county), year, office.calendar(), on=on, does=does, own=own)
    address = CalendarAddress.objects.filter(person=request.user).first()
    context = {
        "page": found,
        "does": does,
        "own": own,
        "county": county,
        "before": year - 1 if year - 1 in YEARS else None,
        "after": year + 1 if year + 1 in YEARS else None,
        "ics": _absolute(request, "dispatch:calendar_file", address.token) if address else "",
        "told": moved.is_told(year),
        "may_move": can_move_days(request.user, county),
    }
    return render(request, "dispatch/calendar/year.html", context)


def _absolute(request: HttpRequest, name: str, *args: str) -> str:
    return request.build_absolute_uri(reverse(name, args=args))


@require_GET
def act(request: SignedIn, pk: int) -> HttpResponse:
    """One act: when, for whom, what was sent on or drawn."""
    found = get_object_or_404(
        CalendarAct.objects.select_related("county", "done_by"), pk=pk, county=county_of(request)
    )
    if not (answer := can_see_act(request.user, found)):
        raise PermissionDenied(answer.why)
    return _act(request, found)


def _act(request: SignedIn, found: CalendarAct, form: DoneForm | None = None, status: int = 200) -> HttpResponse:
    pks = [row["pk"] for row in found.rows]
    seen = set(Project.objects.visible_to(request.user).filter(pk__in=pks).values_list("pk", flat=True))
    context = {
        "act": found,
        "does": does_label(found.does),
        "rows": pages.rows_of(found, seen),
        "receivers": [name for _pk, name in found.receivers],
        "form": form or DoneForm(),
        "may": not found.done_at and can_finish(request.user, found),
    }
    return render(request, "dispatch/calendar/act.html", context, status=status)


@require_POST
def done(request: SignedIn, pk: int) -> HttpResponse:
    """It is done; what came of it stands with it."""
    found = get_object_or_404(CalendarAct.objects.select_related("county"), pk=pk, county=county_of(request))
    if not (answer := can_finish(request.user, found)):
        raise PermissionDenied(answer.why)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return _act(request, found, form, status=422)
    version = asked.version(request.POST.get("version"))
    try:
        services.finish(found, by=request.user, now=timezone.now(), note=form.cleaned_data["note"], version=version)
    except Refused as refusal:
        form.add_error(None, refusal.why)
        return _act(request, found, form, status=409)
    messages.success(request, _("%(what)s is done.") % {"what": found.said})
    return go(request, "dispatch:calendar_act", pk)


@require_POST
def renew(request: SignedIn) -> HttpResponse:
    """A new secret address for the own calendar file."""
    county_of(request)
    services.renew_address(request.user, now=timezone.now())
    note("calendar_address", request.user, by=request.user, now=timezone.now())
    messages.success(request, _("The address is new; what was subscribed under the one before stops."))
    return go(request, "dispatch:calendar", timezone.localdate().year)


@login_not_required
@require_GET
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file of whoever the secret address belongs to; of a person who left there is none."""
    found = CalendarAddress.objects.select_related("person").filter(token=token, person__is_active=True).first()
    county = found.person.county if found else None
    if found is None or county is None:
        raise Http404
    now = timezone.now()
    page = _absolute(request, "dispatch:calendar_now")
    on = timezone.localdate(now)
    content = pages.file_of(found.person, county, rules_of(county), office.calendar(), now=now, on=on, page=page)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    for name, value in (
        ("Content-Disposition", 'inline; filename="calendar.ics"'),
        ("X-Robots-Tag", "noindex"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "private, no-store"),
    ):
        response.headers[name] = value
    return response


@require_http_methods(["GET", "POST"])
def days(request: SignedIn, year: int) -> HttpResponse:
    """The working days of the house that the office corrects, told as a small table."""
    county = county_of(request)
    if not (answer := can_move_days(request.user, county)):
        raise PermissionDenied(answer.why)
    form = DaysForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return _kept(request, year, form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error("text", refusal.why)
        status = 422
    context = {"year": year, "rows": moved.of_year(year), "form": form, "told": moved.is_told(year)}
    return render(request, "dispatch/calendar/days.html", context, status=status)


def _kept(request: SignedIn, year: int, text: str) -> HttpResponse:
    found, now = moved.read(text), timezone.now()
    count = services.correct_days(found, by=request.user, now=now)
    said = ngettext("%(n)s day is corrected", "%(n)s days are corrected", count) % {"n": count}
    messages.success(request, said)
    return go(request, "dispatch:calendar_days", found[0].day.year)


@require_POST
def day_back(request: SignedIn, year: int) -> HttpResponse:
    """A day is as the State Council has it again."""
    if not (answer := can_move_days(request.user, county_of(request))):
        raise PermissionDenied(answer.why)
    try:
        day = date.fromisoformat(request.POST.get("day", "")[:10])
    except ValueError:
        return go(request, "dispatch:calendar_days", year)  # no day, nothing to take back
    if services.give_day_back(day, by=request.user, now=timezone.now()):
        messages.success(request, _("%(day)s is as the State Council has it again.") % {"day": day})
    return go(request, "dispatch:calendar_days", year)
