"""The signboard of a project: what it says, what is missing, and the papers to print."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.web.htmx import give, go, wants_part
from organization.requests import SignedIn, person
from paper.setting.board import Board
from projects.registry.models import Project
from projects.signboards import pages, papers
from projects.signboards.models import Shape
from projects.signboards.permissions import can_make_signboard


def _project(request: SignedIn, pk: int) -> Project:
    rows = Project.objects.visible_to(person(request)).select_related("county", "lead_unit", "location")
    project = get_object_or_404(rows, pk=pk)
    if not (answer := can_make_signboard(request.user, project)):
        raise PermissionDenied(answer.why)
    return project


def _shape(code: str) -> Shape:
    if code not in Shape.values:
        raise Http404
    return Shape(code)


def _paper(project: Project, shape: Shape, board: Board, now: datetime) -> dict[str, Any]:
    where = [project.pk, shape.value]
    return {
        "state": papers.state_of(project, shape, board, now=now),
        "ask": reverse("projects:signboard_paper", args=where),
        "file": reverse("projects:signboard_file", args=where),
        "back": reverse("projects:signboard", args=[project.pk]),
        "key": shape.value,
        "name": shape.label,
    }


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """What stands on the board, and the papers."""
    project, now = _project(request, pk), timezone.now()
    said = pages.said(project, timezone.localdate(now))
    boards = [_paper(project, shape, said.board, now) for shape in Shape]
    context = {"project": project, "said": said, "boards": boards}
    return render(request, "projects/signboards/page.html", context)


@require_http_methods(["GET", "POST"])
def paper(request: SignedIn, pk: int, shape: str) -> HttpResponse:
    """POST asks a worker for the paper; GET is how far it is."""
    project, wanted, now = _project(request, pk), _shape(shape), timezone.now()
    board = pages.said(project, timezone.localdate(now)).board
    if request.method == "POST":
        papers.request_board(project, wanted, board, now=now)
    if not wants_part(request):
        return go(request, "projects:signboard", pk)
    context = _paper(project, wanted, board, now)
    context["then"] = request.method == "POST" or "then" in request.GET
    response = render(request, "projects/_paper.html", context)
    return give(response, context["file"]) if context["then"] and context["state"].kind == "ready" else response


@require_GET
def download(request: SignedIn, pk: int, shape: str) -> HttpResponseBase:
    """The paper, as a file or, with `inline`, in the browser."""
    project, wanted = _project(request, pk), _shape(shape)
    board = pages.said(project, timezone.localdate()).board
    if (file := papers.board_of(project, wanted, board)) is None:
        messages.warning(request, _("The signboard has to be made first"))
        return go(request, "projects:signboard", pk)
    name = f"{pages.title(project, wanted)}.pdf"
    return FileResponse(
        file.content.open(), content_type=file.kind, filename=name, as_attachment="inline" not in request.GET
    )
