"""The map of the project list, picking a project's place, the county's outline."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.geo.systems import Degrees, System
from core.lists.views import listing_of
from core.refusals import done
from core.web import asked
from core.web.htmx import go
from organization.permissions import Answer
from organization.requests import SignedIn, county_of, person
from projects.list.lists import PROJECTS
from projects.map import pages
from projects.map.drawing import DEEPEST
from projects.map.forms import OutlineForm, PlaceForm
from projects.map.models import Outline
from projects.map.permissions import can_draw_outline
from projects.map.services import draw_outline, place_project, restore_outline
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project


def require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def looked(query: QueryDict) -> tuple[int, Degrees | None]:
    """How near one looks, and at what."""
    return asked.number(query.get("zoom"), 0, DEEPEST) or 0, pages.middle(query.get("at"))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The projects of the list, as it is filtered, at their places."""
    listing = listing_of(request, PROJECTS)
    zoom, at = looked(request.GET)
    context = {
        "listing": listing,
        "map": pages.of_list(listing, zoom=zoom, at=at),
        "zoom": zoom,
        "may_draw": can_draw_outline(listing.user, listing.county).ok,
        "has_outline": bool(pages.rings_of(listing.county)),
    }
    return render(request, "projects/map/map.html", context)


@require_http_methods(["GET", "POST"])
def place(request: SignedIn, pk: int) -> HttpResponse:
    """Where a project lies: picked on a picture, whose press brings the numbers into the form, or typed."""
    project = get_object_or_404(Project.objects.visible_to(person(request)).select_related("county"), pk=pk)
    require(can_edit_project(person(request), project))
    zoom, at = looked(request.POST or request.GET)
    form, picked = PlaceForm(request.POST or None, initial=_on_file(project)), None
    for name, frame in pages.picking(project, zoom=zoom, at=at).frames.items():
        x, y = asked.number(request.POST.get(f"{name}.x")), asked.number(request.POST.get(f"{name}.y"))
        if x and y:  # by the keyboard both are 0: nothing was picked
            picked = frame.point(x, y)
    if picked:
        numbers = {"first": f"{picked.longitude:.6f}", "second": f"{picked.latitude:.6f}", "meridian": ""}
        form = PlaceForm(initial={**numbers, "system": System.CGCS2000, "version": request.POST.get("version")})
    act = partial(place_project, project, by=person(request), now=timezone.now())
    if not picked and done(form, lambda: act(**form.cleaned_data)) is not None:
        messages.success(request, _("The place of %(project)s is on file") % {"project": project})
        return go(request, "projects:page", pk)
    here = picked or _here(project)
    context = {
        "project": project,
        "form": form,
        "picked": picked,
        "picture": pages.query(zoom, at, here),
        "near": pages.query(min(zoom + 1, DEEPEST), here or at) if zoom < DEEPEST else "",
        "far": pages.query(zoom - 1, at if zoom > 1 else None) if zoom else "",
        "zoom": zoom,
        "at": pages.said(at) or "",
        "sizes": {"wide": pages.PICK_WIDE, "narrow": pages.PICK_NARROW},
    }
    return render(request, "projects/map/place.html", context, status=422 if form.errors else 200)


def _here(project: Project) -> Degrees | None:
    if project.longitude is None or project.latitude is None:
        return None
    return Degrees(float(project.longitude), float(project.latitude))


def _on_file(project: Project) -> dict[str, object]:
    """The numbers as they were given, else the degrees."""
    told: dict[str, object] = {"version": project.version}
    if given := pages.given(project):
        names = ("system", "first", "second", "meridian")
        return {**told, **{name: getattr(given, name) for name in names}}
    return {**told, "system": System.CGCS2000, "first": project.longitude, "second": project.latitude}


@require_GET
def picture(request: SignedIn, pk: int, size: str) -> HttpResponse:
    """What a place is picked on: the outline, the county's other places, the one that is picked."""
    project = get_object_or_404(Project.objects.visible_to(person(request)).select_related("county"), pk=pk)
    zoom, at = looked(request.GET)
    frame = pages.picking(project, zoom=zoom, at=at).frames["narrow" if size == "narrow" else "wide"]
    drawn = pages.drawing(frame, pages.rings_of(project.county), [], pages.middle(request.GET.get("here")))
    drawn = replace(drawn, tiles=[])  # a picture fetches nothing by itself
    others = [frame.pixel(point) for point, _name in pages.neighbours(project)]
    response = render(request, "projects/map/picture.svg", {"drawing": drawn, "others": others})
    response["Content-Type"] = "image/svg+xml"
    return response


@require_http_methods(["GET", "POST"])
def outline(request: SignedIn) -> HttpResponse:
    """The county's outline: a file goes in, those of before can be put back."""
    user, county = person(request), county_of(request)
    require(can_draw_outline(user, county))
    form = OutlineForm(request.POST or None, request.FILES or None)

    def act() -> object:
        content, name = form.content()
        return draw_outline(county, content, name, system=form.cleaned_data["system"], by=user, now=timezone.now())

    if done(form, act):
        messages.success(request, _("The outline is drawn"))
        return go(request, "projects:map")
    former = Outline.objects.filter(county=county).select_related("file", "by").defer("rings")
    context = {"form": form, "outlines": former}
    return render(request, "projects/map/outline.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: SignedIn, pk: int) -> HttpResponse:
    """An outline of before counts again; the one of now stays on the list."""
    user = person(request)
    found = get_object_or_404(Outline.objects.filter(county=county_of(request)).select_related("county"), pk=pk)
    require(can_draw_outline(user, found.county))
    restore_outline(found, by=user, now=timezone.now())
    messages.success(request, _("That outline is drawn again"))
    return go(request, "projects:outline")
