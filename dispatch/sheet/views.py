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
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.papers import Paper
from dispatch.bulletins.permissions import can_see_drafts
from dispatch.sheet import kept
from dispatch.sheet.pages import sheet
from dispatch.sheet.services import request_sheet
from organization.requests import SignedIn

PAPER = Paper("sheet", kept.JOB, gettext_lazy("Signing sheet"), inline=True)


def _bulletin(request: SignedIn, pk: int) -> Bulletin:
    visible = Bulletin.objects.visible_to(request.user)
    people = ("county", "signed_by", "submitted_by", "signer__holder", "entry", "corrects__entry")
    bulletin = get_object_or_404(visible.select_related(*people), pk=pk)
    if not can_see_drafts(request.user, bulletin.county):
        raise PermissionDenied(_("The signing sheet is the office's and of those who sign."))
    return bulletin


@require_http_methods(["GET", "POST"])
def signing_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """The signing sheet of a bulletin; POST asks a worker for its PDF, which is given to who pressed the button as
    soon as it is there; htmx asks every two seconds how far it is."""
    bulletin, now = _bulletin(request, pk), timezone.now()
    if request.method == "POST":
        request_sheet(bulletin, now=now)
        if not wants_part(request):
            return go(request, "dispatch:bulletin_sheet", pk=pk)
    state = kept.sheet_state(bulletin, now=now)
    context = {"bulletin": bulletin, "paper": PAPER, "state": state}
    if not wants_part(request):
        return render(request, "dispatch/sheet/page.html", {**context, "sheet": sheet(bulletin)})
    then = request.method == "POST" or "then" in request.GET
    response = render(request, "dispatch/sheet/paper.html", {**context, "then": then})
    return (
        give(response, reverse("dispatch:bulletin_sheet_file", args=[pk]))
        if then and state.kind == "ready"
        else response
    )


@require_GET
def download(request: SignedIn, pk: int) -> HttpResponse | FileResponse:
    """The sheet as a PDF."""
    bulletin = _bulletin(request, pk)
    if (file := kept.kept_sheet(bulletin)) is None:
        messages.warning(request, _("The %(paper)s has to be made first") % {"paper": PAPER.name})
        return go(request, "dispatch:bulletin_sheet", pk=pk)
    name, shown = kept.download_name(bulletin), "inline" in request.GET
    return FileResponse(file.content.open(), content_type=file.kind, filename=name, as_attachment=not shown)
