"""Squads: the page of one, and how it is formed, changed, ended. The list: `projects/list/squads.py`."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.panels import panels
from core.refusals import done
from core.web.htmx import go
from organization.requests import SignedIn, county_of
from organization.squads import pages, services
from organization.squads.forms import EndForm, SquadForm
from organization.squads.models import Squad
from organization.squads.permissions import can_manage_squads


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """Everything about a squad; its projects and their problems are brought by the apps that have them."""
    squad, on = _squad(request, pk), timezone.localdate()
    context = {
        "squad": squad,
        "works": squad.works(on),
        "today": on,
        "people": pages.people_of(squad, on),
        "history": pages.history_of(squad),
        "may": can_manage_squads(request.user, squad.unit.county_id),
        "parts": panels("organization:squad", pk, person=request.user, on=on),
    }
    return render(request, "organization/squads/page.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    county = county_of(request)
    _may(request)
    form = SquadForm(request.POST or None, county=county, initial={"since": timezone.localdate()})
    if form.is_valid():
        told = form.facts | {"name": form.cleaned_data["name"]}
        squad = done(form, lambda: services.form_squad(county, by=request.user, now=timezone.now(), **told))
        if squad:
            messages.success(request, _("“%(squad)s” is on file") % {"squad": squad})
            return go(request, "organization:squad", squad.pk)
    return render(request, "organization/squads/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    squad = _squad(request, pk)
    _may(request)
    first = SquadForm.initial_of(squad)
    form = SquadForm(request.POST or None, county=county_of(request), squad=squad, initial=first)
    if form.is_valid():
        seen, now = form.cleaned_data["version"], timezone.now()
        if done(form, lambda: services.change_squad(squad, by=request.user, now=now, version=seen, **form.facts)):
            messages.success(request, _("Saved"))
            return go(request, "organization:squad", pk)
    context = {"form": form, "squad": squad}
    return render(request, "organization/squads/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: int) -> HttpResponse:
    squad = _squad(request, pk)
    _may(request)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate(), "version": squad.version})
    by, now = request.user, timezone.now()
    if done(form, lambda: services.end_squad(squad, by=by, now=now, **form.cleaned_data)):
        messages.success(request, _("The last day of “%(squad)s” is on file") % {"squad": squad})
        return go(request, "organization:squad", pk)
    context = {"form": form, "squad": squad}
    return render(request, "organization/squads/end.html", context, status=422 if form.errors else 200)


def _squad(request: SignedIn, pk: int) -> Squad:
    return get_object_or_404(Squad.objects.whole().filter(unit__county=county_of(request)), pk=pk)


def _may(request: SignedIn) -> None:
    if not (answer := can_manage_squads(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
