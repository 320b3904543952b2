"""The codes of a project: a part of its page, and a form for one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.refusals import Refused, onto
from core.web.htmx import go, page_or_part
from organization.requests import SignedIn, person
from projects.codes import pages
from projects.codes.forms import CodeForm
from projects.codes.services import write_code
from projects.codes.shape import said_of
from projects.registry.models import Project, ProjectCode
from projects.registry.pages import like_it
from projects.registry.permissions import can_edit_project


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("lead_unit", "county")
    return get_object_or_404(found, pk=pk)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The codes of one project: a part of its page, or a page of its own without JavaScript."""
    project = _project(request, pk)
    context = {
        "project": project,
        "codes": pages.codes_of(project),
        "may_edit": can_edit_project(person(request), project).ok,
    }
    return page_or_part(request, "projects/codes/of_project.html", "projects/codes/part.html", context)


@require_http_methods(["GET", "POST"])
def write(request: SignedIn, pk: int, code: int | None = None) -> HttpResponse:
    """Another code of a project, or one of those that it has."""
    project, user = _project(request, pk), person(request)
    if not (may := can_edit_project(user, project)):
        raise PermissionDenied(may.why)
    row = get_object_or_404(ProjectCode, pk=code, project=project) if code else None
    names = ("text", "state", "shown", "since", "note")
    initial = {name: getattr(row, name) for name in names} if row else {"shown": not project.code}
    form = CodeForm(request.POST or None, initial={"version": project.version, **initial})
    context: dict[str, Any] = {"project": project, "form": form, "row": row}
    if request.method == "POST" and form.is_valid():
        try:
            kept = write_code(project, row, by=user, now=timezone.now(), **form.cleaned_data)
        except Refused as error:
            onto(form, error)
            context["twins"] = like_it(user, error)
        else:
            word = said_of(kept.text, pages.region_of(project.county))
            messages.success(request, _("The code %(code)s is on file") % {"code": kept})
            if word:
                messages.warning(request, word)
            return go(request, "projects:page", pk)
    return render(request, "projects/codes/write.html", context, status=422 if form.errors else 200)
