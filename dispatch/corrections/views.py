"""A correction of a published bulletin, asked for by the office."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.refusals import done
from core.web import asked
from core.web.htmx import go
from dispatch.bulletins.models import Bulletin
from dispatch.bulletins.permissions import can_correct_bulletin
from dispatch.corrections.forms import CorrectionForm
from dispatch.corrections.services import draft_correction
from organization.requests import SignedIn


@require_http_methods(["GET", "POST"])
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Asks what is wrong, then opens the draft of the correction."""
    bulletin = get_object_or_404(Bulletin.objects.visible_to(request.user).select_related("county"), pk=pk)
    if not (answer := can_correct_bulletin(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    form, version, now = CorrectionForm(request.POST or None), asked.seen(request), timezone.now()

    def act() -> Bulletin:
        return draft_correction(bulletin, by=request.user, now=now, version=version, **form.cleaned_data)

    if made := done(form, act):
        messages.success(request, _("Drafted: read the correction, then send it for sign-off"))
        return go(request, "dispatch:bulletin", pk=made.pk)
    context = {"bulletin": bulletin, "form": form, "version": version}
    return render(request, "dispatch/corrections/correct.html", context, status=422 if form.errors else 200)
