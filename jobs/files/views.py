"""Where a large table is waited for and given out: to who asked for it, and to nobody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.web.htmx import give, go, page_or_part, wants_part
from jobs.files import services as files
from jobs.files.models import AskedFile
from organization.requests import SignedIn


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """How far the file is, asked every two seconds by htmx, which is given it as soon as it is there."""
    file, now = _own(request, pk), timezone.now()
    state, sheet = files.state_of(file, now=now), files.look(file, now=now)
    context = {
        "file": file,
        "state": state,
        "back": sheet.page,
        "until": sheet.until or file.asked_at + files.KEPT,
        "secret": bool(sheet.key),
    }
    response = page_or_part(request, "jobs/files/page.html", "jobs/files/_file.html", context)
    ready = wants_part(request) and state.kind == "ready"
    return give(response, reverse("files:download", args=[pk])) if ready else response


@require_GET
def download(request: SignedIn, pk: int) -> HttpResponseBase:
    """The file; the log is told what was asked for with it."""
    file = _own(request, pk)
    if (content := files.open_file(file, by=request.user, now=timezone.now())) is None:
        messages.warning(request, _("The file isn't there yet"))
        return go(request, "files:page", pk=pk)
    request.asked_for = file.query
    return FileResponse(content, as_attachment=True, filename=file.name)


def _own(request: SignedIn, pk: int) -> AskedFile:
    if request.user.county is None:
        raise Http404
    return get_object_or_404(AskedFile.objects.select_related("run", "by"), pk=pk, by=request.user)
