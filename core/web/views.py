"""The addresses of the house itself: what a person did, and how it is taken back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import progress, undo
from core.refusals import Refused, require, tell
from core.web import asked
from core.web.htmx import go
from core.web.middleware import progress_place

OLD = 600  # seconds after which nobody can be working on an act that has said how far it is


@require_POST
def take_back(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Does what the app says is the inverse, if it was done within a day and the record is as the person saw it."""
    if (how := undo.undos().get(key)) is None:
        raise Http404
    record = get_object_or_404(how.find(request.user), pk=pk)
    try:
        require(how.can(request.user, record))
    except Refused as refusal:
        tell(request, refusal)
    try:
        said = _take_back(how, record, asked.seen(request), request.user)
    except Refused as refusal:
        messages.error(request, refusal.why)
    else:
        messages.success(request, said or _("Taken back: it is as it was"))
    return go(request, how.page(record))


@transaction.atomic
def _take_back(how: undo.Undo, record: Any, version: int, by: Any) -> str:
    now = timezone.now()
    done = undo.opened(how.key, record.pk, now=now)
    said = how.do(record, by=by, now=now, version=version, reason=_("Taken back"))
    undo.close(done, by=by, now=now)
    return said if isinstance(said, str) else ""


@require_GET
def did(request: HttpRequest) -> HttpResponse:
    """What the person did in the last days that can be taken back for one; and what others of the office did to many
    projects."""
    now, user = timezone.now(), request.user
    context = {"mine": undo.of_person(user, now=now), "others": undo.of_others(user, now=now)}
    return render(request, "core/did.html", context)


@require_GET
def did_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """One act on many rows: what each was, what it became, what became of it when it was taken back."""
    now = timezone.now()
    if (done := undo.done_by(request.user, pk)) is None:
        raise Http404
    kept = [*undo.of_person(request.user, now=now), *undo.of_others(request.user, now=now)]
    shown = next((one for one in kept if one.done.pk == pk), None)
    return render(
        request, "core/did_rows.html", {"done": done, "shown": shown, "rows_are": undo.undos()[done.key].rows_are}
    )


@never_cache
@require_GET
def how_far(request: HttpRequest) -> HttpResponse:
    """The step of the person's own act that is running at the address `of`; nothing where none has said anything."""
    place = progress_place(request, request.GET.get("of", ""))
    try:
        if timezone.now().timestamp() - place.stat().st_mtime > OLD:
            return HttpResponse(status=204)
        n, of, name = json.loads(place.read_text())
    except (OSError, ValueError):
        return HttpResponse(status=204)
    return JsonResponse({"n": n, "of": of, "said": progress.said(n, of, name)})
