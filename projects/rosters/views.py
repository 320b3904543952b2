"""Lists of a year: all of them, one of them, its file; made, changed, closed; those of a project."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import undo
from core.days.periods import YEARS
from core.models import SavedView
from core.refusals import done
from core.web import asked
from core.web.htmx import go, page_or_part
from organization.permissions import Answer, sees_whole_county
from organization.requests import SignedIn, county_of, person
from projects.list.lists import PROJECTS
from projects.registry.models import Project
from projects.rosters import pages, services, workbook
from projects.rosters.forms import CloseForm, RosterForm
from projects.rosters.models import Roster
from projects.rosters.permissions import can_keep_lists

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _roster(request: SignedIn, pk: int) -> Roster:
    return get_object_or_404(Roster.objects.filter(county=county_of(request)).select_related("county"), pk=pk)


@require_GET
def index(request: SignedIn) -> HttpResponse:
    """All lists of a year: this one, or the one that the address names."""
    county, now = county_of(request), timezone.now()
    this = timezone.localdate(now).year
    year = asked.number(request.GET.get("year"), YEARS[0], YEARS[-1]) or this
    look = pages.Look(person(request), county, year, now)
    years = sorted({this, year, *Roster.objects.filter(county=county).values_list("year", flat=True)}, reverse=True)
    context = {
        "look": look,
        "lines": (lines := look.lines()),
        "folded": any(move.both or move.said_both for line in lines for move in line.moves),
        "years": years,
        "may": can_keep_lists(request.user, county).ok and year == this,
        "own": not sees_whole_county(request.user, county),
    }
    return render(request, "projects/rosters/index.html", context)


@require_GET
def show(request: SignedIn, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    page = pages.page_of(roster, person(request), timezone.now())
    may = can_keep_lists(request.user, roster.county).ok and roster.closed_at is None
    own = not sees_whole_county(request.user, roster.county)
    return render(request, "projects/rosters/page.html", {"page": page, "roster": roster, "may": may, "own": own})


@require_GET
def export(request: SignedIn, pk: int) -> FileResponse:
    """The list as a workbook: its projects, its movement, who stood on it."""
    now = timezone.now()
    page = pages.page_of(_roster(request, pk), person(request), now, most=None)
    file, name = workbook.write(page, workbook.listing_of(page, now))
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """A list of this year: by hand it is made at once, by a rule once it was seen whom it takes in."""
    county = county_of(request)
    _require(can_keep_lists(request.user, county))
    year = timezone.localdate().year
    form = RosterForm(request.POST or None, initial={"rule": request.GET.get("rule", "")}, views=_views(request))
    return _form(request, form, None, partial(services.make_roster, county, year=year))


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    _require(can_keep_lists(request.user, roster.county))
    facts = {"name": roster.name, "note": roster.note, "rule": roster.rule, "version": roster.version}
    form = RosterForm(request.POST or None, initial=facts, views=_views(request), roster=roster)
    return _form(request, form, roster, partial(services.change_roster, roster))


def _views(request: SignedIn) -> list[SavedView]:
    return list(SavedView.objects.seen_by(request.user, PROJECTS.key))


def _form(request: SignedIn, form: RosterForm, roster: Roster | None, act: Any) -> HttpResponse:
    """What a rule takes in and leaves out is shown first; the press that has seen it saves it."""
    user, now = person(request), timezone.now()
    rule = form.cleaned_data["rule"] if form.is_valid() else form["rule"].value() or ""
    found = pages.preview(rule, user, county_of(request), now, roster) if rule else None
    seen = found is None or request.POST.get("looked") == found.sign or bool(roster and rule == roster.rule)
    if seen and (kept := done(form, lambda: act(by=user, now=now, **form.cleaned_data))):
        messages.success(request, _("“%(name)s” is kept") % {"name": kept})
        return go(request, "projects:roster", kept.pk)
    context = {"form": form, "roster": roster, "found": found}
    return render(request, "projects/rosters/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def close(request: SignedIn, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    _require(can_keep_lists(request.user, roster.county))
    form, now = CloseForm(request.POST or None, initial={"version": roster.version}), timezone.now()
    act = partial(services.close_roster, roster, by=person(request), now=now)
    if closed := done(form, lambda: act(**form.cleaned_data)):
        said = partial(_closed, str(closed))
        undo.say(request, said, services.CLOSED, closed, now=now)
        return go(request, "projects:roster", roster.pk)
    status = 422 if form.errors else 200
    return render(request, "projects/rosters/close.html", {"form": form, "roster": roster}, status=status)


def _closed(name: str) -> str:
    return _("“%(name)s” is closed") % {"name": name}


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The lists of one project: a part of its page, or a page of its own without JavaScript."""
    projects = Project.objects.visible_to(person(request)).select_related("county")
    project = get_object_or_404(projects, pk=pk)
    may = can_keep_lists(request.user, project.county).ok
    context = {"project": project, "may": may, "lists": pages.of_project(project, person(request), timezone.now())}
    return page_or_part(request, "projects/rosters/of_project.html", "projects/rosters/_of_project.html", context)
