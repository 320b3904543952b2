"""The package of a project: a part of its page; a form to put it into one, one to take it out."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import undo
from core.models import Done
from core.refusals import done
from core.web.htmx import go, page_or_part
from organization.requests import SignedIn, person
from projects.packages import pages
from projects.packages.forms import PutInForm, TakeOutForm
from projects.packages.permissions import can_pack
from projects.packages.services import PACKED, UNPACKED, put_in, take_out
from projects.registry.models import Project
from projects.reports.months import latest_period


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("lead_unit", "county", "package")
    return get_object_or_404(found, pk=pk)


def _demand(request: SignedIn, project: Project) -> None:
    if not (may := can_pack(person(request), project)):
        raise PermissionDenied(may.why)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The parts of a package with their sums, or the package that a project belongs to: a part of its page."""
    project, user, on = _project(request, pk), person(request), timezone.localdate()
    period = latest_period(project.county, on)
    of_package = project.package if project.is_part else None
    seen = of_package is not None and Project.objects.visible_to(user).filter(pk=of_package.pk).exists()
    context = {
        "project": project,
        "period": period,
        "package": pages.of_package(project, user, period) if project.is_package else None,
        "whole": pages.of_package(of_package, user, period) if of_package else None,
        "seen": seen,
        "may": can_pack(user, project).ok,
    }
    return page_or_part(request, "projects/packages/of_project.html", "projects/packages/part.html", context)


@require_http_methods(["GET", "POST"])
def put(request: SignedIn, pk: int) -> HttpResponse:
    """Into which package a project goes."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _demand(request, project)
    form = PutInForm(request.POST or None, county=project.county, user=user, initial={"version": project.version})

    def act() -> Done:
        told = dict(form.cleaned_data)
        return put_in(project.county, version={pk: told.pop("version") or 0}, by=user, now=now, **told)

    if request.method == "POST" and (kept := done(form, act)):
        undo.say(request, kept.said, PACKED, kept, now=now)
        return go(request, "projects:page", pk)
    context = {
        "project": project,
        "form": form,
        "title": _("Put into a package"),
        "submit": _("Put it in"),
    }
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def out(request: SignedIn, pk: int) -> HttpResponse:
    """A project leaves its package, with a reason."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _demand(request, project)
    form = TakeOutForm(request.POST or None, initial={"version": project.version})

    def act() -> Done:
        told = dict(form.cleaned_data)
        return take_out(project.county, version={pk: told.pop("version") or 0}, by=user, now=now, **told)

    if request.method == "POST" and (kept := done(form, act)):
        undo.say(request, kept.said, UNPACKED, kept, now=now)
        return go(request, "projects:page", pk)
    context = {
        "project": project,
        "form": form,
        "title": _("Take out of the package"),
        "submit": _("Take it out"),
    }
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)
