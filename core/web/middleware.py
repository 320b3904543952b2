"""What every answer has, and what htmx needs from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from core import navigation, progress
from core.away import FOR_READING, FOR_WRITING, patience
from core.text import storable
from core.web import away, twice
from core.web.away import SAFE
from core.web.once import one_request

WORDS = 17_000  # of eight bytes: more than half of the 256 KB that it gets, so that one within another gets its own
F = TypeVar("F", bound=Callable[..., Any])


def roomy(act: F) -> F:
    """*act*, a plain function, itself: the frames of all that it calls lie in one piece of memory, 120 KB of it.

    CPython has a thread's frames in pieces of 16 KB. Where a call doesn't fit into the last one, it asks the system
    for another, and gives that back as soon as the call is over. A loop that stands just at an end does both at every
    turn: half of the time of a page with forty photos went into it, with one middleware more or less into another
    page's. A frame that says that it needs much gets a piece to fit, and what is called from there has the rest.
    """
    function = cast(FunctionType, act)
    function.__code__ = function.__code__.replace(co_stacksize=WORDS)
    return act


class OneRequest:
    """What `core.web.once` keeps lasts from here to the answer, and nobody waits longer than a person would: it stands
    outside of all that reads, and what is called from here has its frames in one piece."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    @roomy
    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_request(), patience(FOR_READING if request.method in SAFE else FOR_WRITING):
            return self.get_response(request)


class Permissions:
    """No page asks for a camera, a place or a payment, and none may."""

    POLICY = ", ".join(
        f"{name}=()"
        for name in (
            "accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "geolocation", "gyroscope", "hid",
            "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
        )
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.POLICY
        return response


class OnlyText:
    """What no database keeps and no person types (NUL, halves of characters) is gone from addresses, cookies and forms
    before anything reads them. A path with it leads nowhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        request.GET = only_text(request.GET)  # type: ignore[assignment]  # the stubs have it read-only
        request.COOKIES = {name: storable(value) for name, value in request.COOKIES.items()}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Here the form has been read already, for its token."""
        if request.method == "POST":
            request.POST = only_text(request.POST)  # type: ignore[assignment]  # the same


def only_text(sent: QueryDict) -> QueryDict:
    """*sent* itself, or a copy without what isn't text."""
    pairs = [(name, value) for name, values in sent.lists() for value in values]
    if all(storable(part) == part for pair in pairs for part in pair):
        return sent
    found = QueryDict(mutable=True, encoding=sent.encoding)
    for name, value in pairs:
        found.appendlist(storable(name), storable(value))
    found._mutable = False
    return found


class TwiceIsOnce:
    """A form that is sent again gets the answer of the first time (`core.web.twice`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not twice.is_form(request):
            return self.get_response(request)
        try:
            return twice.answered(request, self.get_response, now=timezone.now())
        except DatabaseError as error:  # its own row, or the end of the transaction
            if (page := away.answer(request, error)) is None:
                raise
            return page


class HtmxAnswers:
    """Signed out meanwhile: htmx goes to the sign-in page instead of swapping it into a row. Messages: to
    the page.

    After a change the counts in the navigation are asked for again, and what htmx swaps brings them along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        changed = request.method not in SAFE and getattr(request, "user", None) and request.user.is_authenticated
        if changed:
            navigation.forget(request.user)
        if not getattr(request, "htmx", False):
            return response
        if response.status_code in {301, 302}:
            target = urlsplit(response["Location"]).path
            if target == resolve_url(settings.LOGIN_URL):
                return HttpResponse(status=204, headers={"HX-Redirect": self._back_here(request)})
            if target == resolve_url("password_change"):
                return HttpResponse(status=204, headers={"HX-Redirect": target})
        if not 300 <= response.status_code < 400 and "HX-Redirect" not in response:
            # The text is escaped by Django when a message isn't marked safe; the page shows it as text.
            said = [{"text": str(m), "level": m.level_tag} for m in get_messages(request)]
            if said:
                trigger_client_event(response, "say", {"messages": said})
            if changed and response.status_code < 300:
                trigger_client_event(response, "counts", navigation.numbers(request.user))
        return response

    @staticmethod
    def _back_here(request: HttpRequest) -> str:
        query = QueryDict(mutable=True)
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        query["next"] = (htmx and htmx.current_url_abs_path) or "/"
        return f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"


def progress_place(request: HttpRequest, path: str) -> Path:
    """Of one person's act at *path*."""
    name = sha256(f"{request.user.pk} {path}".encode()).hexdigest()[:40]
    return Path(settings.VAR) / "progress" / f"{name}.json"


class Progress:
    """A form that is sent: what it says on the way can be asked for until it is answered (`views.how_far`).

    Kept as a file of this machine: a transaction of the act hides what it writes, and several processes answer. Where
    two machines answer, the page of the other one says how long it takes already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return self.get_response(request)
        place = progress_place(request, request.path)
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
