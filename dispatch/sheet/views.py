from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_see_drafts
from dispatch.sheet.pages import sheet
from organization.requests import SignedIn


@require_GET
def signing_sheet(request: SignedIn, pk: int) -> HttpResponse:
    """The signing sheet of a bulletin, to be printed and kept with it."""
    visible = Bulletin.objects.visible_to(request.user)
    people = ("county", "signed_by", "submitted_by", "signer__holder", "entry", "corrects__entry")
    bulletin = get_object_or_404(visible.select_related(*people), pk=pk)
    if not can_see_drafts(request.user, bulletin.county):
        raise PermissionDenied(_("The signing sheet is the office's and of those who sign."))
    return render(request, "dispatch/sheet/page.html", {"bulletin": bulletin, "sheet": sheet(bulletin)})
