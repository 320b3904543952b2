"""The picture of the text for a chat group: asked for, waited for, fetched."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.web.htmx import give, go, wants_part
from dispatch.rounds.models import Round
from dispatch.rounds.permissions import can_chase
from dispatch.rounds.picture import services as drawing
from dispatch.rounds.services import title
from organization.requests import SignedIn

PAPER = {"suffix": "picture", "name": gettext_lazy("picture of the text"), "inline": True}


def _round(request: SignedIn, pk: int) -> Round:
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    if not (answer := can_chase(request.user, opened.county_id)):
        raise PermissionDenied(answer.why)
    return opened


@require_http_methods(["GET", "POST"])
def picture(request: SignedIn, pk: int) -> HttpResponse:
    """How far the picture is; a POST asks a worker for it, and it is given as soon as it is there."""
    opened, now = _round(request, pk), timezone.now()
    if request.method == "POST":
        drawing.request_picture(opened, now=now)
    if not wants_part(request):
        return go(request, "dispatch:round", pk)
    of = drawing.stamp(drawing.text_of(opened, now=now))
    then = request.method == "POST" or "then" in request.GET
    state = drawing.picture_state(opened, of, now=now)
    context = {"round": opened, "paper": PAPER, "state": state, "then": then}
    response = render(request, "dispatch/rounds/_picture.html", context)
    ready = then and state.kind == "ready"
    return give(response, reverse("dispatch:round_picture_file", args=[pk])) if ready else response


@require_GET
def download(request: SignedIn, pk: int) -> HttpResponse | FileResponse:
    """The picture of what the text says now."""
    opened, now = _round(request, pk), timezone.now()
    if (file := drawing.kept_picture(opened, drawing.stamp(drawing.text_of(opened, now=now)))) is None:
        messages.warning(request, _("The %(paper)s has to be made first") % {"paper": PAPER["name"]})
        return go(request, "dispatch:round", pk)
    shown = "inline" in request.GET
    return FileResponse(
        file.content.open(), content_type=file.kind, filename=f"{title(opened)}.png", as_attachment=not shown
    )
