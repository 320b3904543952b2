"""How far an act is whose request still runs: its page asks each second (`working` in `static/js/app.js`).

Kept as a file of this machine: a transaction of the act hides what it writes, and several processes answer. Where two
machines answer, the page of the other one says how long it takes already.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import progress

OLD = 600  # seconds after which nobody can be working on it


def _place(request: HttpRequest, path: str) -> Path:
    """Of one person's act at *path*."""
    name = sha256(f"{request.user.pk} {path}".encode()).hexdigest()[:40]
    return Path(settings.VAR) / "progress" / f"{name}.json"


class Progress:
    """A form that is sent: what it says on the way can be asked for until it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return self.get_response(request)
        place = _place(request, request.path)
        said = False

        def tell(n: int, of: int, name: str) -> None:
            nonlocal said
            said = True
            with suppress(OSError):  # a full disk doesn't stop the act
                place.parent.mkdir(mode=0o700, exist_ok=True)
                place.write_text(json.dumps([n, of, name]))

        try:
            with progress.told(tell):
                return self.get_response(request)
        finally:
            if said:
                with suppress(OSError):
                    place.unlink(missing_ok=True)


@never_cache
@require_GET
def how_far(request: HttpRequest) -> HttpResponse:
    """The step of the person's own act that is running at the address `of`; nothing where none has said anything."""
    place = _place(request, request.GET.get("of", ""))
    try:
        if time.time() - place.stat().st_mtime > OLD:
            return HttpResponse(status=204)
        n, of, name = json.loads(place.read_text())
    except (OSError, ValueError):
        return HttpResponse(status=204)
    return JsonResponse({"n": n, "of": of, "said": progress.said(n, of, name)})
