"""The resumptions of a project: a part of its page, and a form for one year's."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.refusals import done
from core.web.htmx import go, page_or_part
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, person
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project
from projects.resumptions import pages
from projects.resumptions.forms import ResumptionForm
from projects.resumptions.models import Resumption
from projects.resumptions.rules import ResumptionRules
from projects.resumptions.services import record_resumption


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("lead_unit", "county")
    return get_object_or_404(found, pk=pk)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The resumptions of one project: a part of its page, or a page of its own without JavaScript."""
    project, on = _project(request, pk), timezone.localdate()
    context = {
        "project": project,
        "found": pages.of_project(project, on, rules_of(project.county)[ResumptionRules]),
        "year": on.year,
        "may_edit": can_edit_project(person(request), project).ok,
    }
    return page_or_part(request, "projects/resumptions/of_project.html", "projects/resumptions/part.html", context)


@require_http_methods(["GET", "POST"])
def write(request: SignedIn, pk: int, year: int) -> HttpResponse:
    """When the works went on in *year*."""
    project, user = _project(request, pk), person(request)
    if not (may := can_edit_project(user, project)):
        raise PermissionDenied(may.why)
    row = Resumption.objects.filter(project=project, year=year).first()
    initial = {"resumed_on": row.resumed_on, "note": row.note} if row else {}
    form = ResumptionForm(request.POST or None, initial={"version": project.version, **initial})

    def act() -> bool:
        record_resumption(project, year, by=user, now=timezone.now(), **form.cleaned_data)
        return True

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Saved"))
        return go(request, "projects:page", pk)
    context = {
        "project": project,
        "form": form,
        "title": _("Resumption of %(year)s") % {"year": year},
        "submit": _("Put it on file"),
    }
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)
