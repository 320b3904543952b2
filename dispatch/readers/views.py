"""Who has read a bulletin, and the reminder to those who haven't."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.refusals import Refused, tell
from core.web import asked
from core.web.htmx import go
from dispatch.bulletins.models import Bulletin
from dispatch.readers import pages, permissions
from dispatch.readers.services import remind_readers
from organization.requests import SignedIn


def _visible(request: SignedIn, pk: int) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.user).listed().select_related("county")
    return get_object_or_404(rows, pk=pk)


@require_GET
def readers(request: SignedIn, pk: int) -> HttpResponse:
    """The distribution list, with who has opened it."""
    bulletin = _visible(request, pk)
    if not (answer := permissions.can_see_readers(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    context = {
        "bulletin": bulletin,
        "readers": pages.readers(bulletin),
        "may_remind": permissions.can_remind_readers(request.user, bulletin),
    }
    return render(request, "dispatch/readers/page.html", context)


@require_POST
def remind(request: SignedIn, pk: int) -> HttpResponse:
    """Reminds those who haven't read it."""
    bulletin = _visible(request, pk)
    if not (answer := permissions.can_remind_readers(request.user, bulletin)):
        raise PermissionDenied(answer.why)
    try:
        count = remind_readers(bulletin, by=request.user, now=timezone.now(), version=asked.seen(request))
    except Refused as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("%(n)s people are reminded, each once a day") % {"n": count})
    return go(request, "dispatch:bulletin_readers", pk=pk)
