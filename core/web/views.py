"""The one address of the house itself: it takes an act back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.refusals import Refused, require, tell
from core.undo import undos
from core.web import asked
from core.web.htmx import go


@require_POST
def take_back(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Does what the app says is the inverse, if the record is still what the person saw."""
    if (undo := undos().get(key)) is None:
        raise Http404
    record = get_object_or_404(undo.find(request.user), pk=pk)
    told = {"version": asked.seen(request), "reason": _("Taken back")}
    try:
        require(undo.can(request.user, record))
    except Refused as refusal:
        tell(request, refusal)
    try:
        undo.do(record, by=request.user, now=timezone.now(), **told)
    except Refused as refusal:
        messages.error(request, refusal.why)
    else:
        messages.success(request, _("Taken back: it is as it was"))
    return go(request, undo.page(record))
