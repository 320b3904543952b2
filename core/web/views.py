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
    """Does what the app says is the inverse, if the record is still what the person saw; of several each by itself,
    those that were seen together (`seen`)."""
    if (undo := undos().get(key)) is None:
        raise Http404
    record = get_object_or_404(undo.find(request.user), pk=pk)
    versions = asked.versions(request.POST.get("seen")) or {pk: asked.seen(request)}
    done, now = 0, timezone.now()
    for one in [record] if set(versions) <= {pk} else undo.find(request.user).filter(pk__in=versions):
        try:
            require(undo.can(request.user, one))
        except Refused as refusal:
            tell(request, refusal)
        try:
            told = {"version": versions.get(one.pk, 0), "reason": _("Taken back")}
            undo.do(one, by=request.user, now=now, **told)
        except Refused as refusal:
            messages.error(request, f"{one}: {refusal.why}" if len(versions) > 1 else refusal.why)
        else:
            done += 1
    _say(request, done, len(versions))
    return go(request, (undo.pages if undo.pages and len(versions) > 1 else undo.page)(record))


def _say(request: HttpRequest, done: int, asked_for: int) -> None:
    if asked_for == 1 and done:
        messages.success(request, _("Taken back: it is as it was"))
    elif done:
        messages.success(request, _("Taken back: %(n)s, they are as they were") % {"n": done})
