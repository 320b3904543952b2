"""What a person gets while something is away (`core.away`): a form with what was typed, or a page of its own.

A form that couldn't be kept is answered once more with nothing kept: every view knows how to give its form back with a
sentence. Where that leads elsewhere, or can't be read, a page of our own shows what was typed and sends it again.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error
from django_htmx.http import reswap, trigger_client_event

from core import away
from core.away import Away, away_of, nothing_kept
from core.web.htmx import wants_part

log = logging.getLogger(__name__)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
FORM, LARGEST = "application/x-www-form-urlencoded", 1024 * 1024  # bytes: of whom isn't known when nothing can be read
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # its name


class GivesBack:
    """Around the views: what can't be kept now comes back as it was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found: Away | None = getattr(request, "away", None)
        if found is None or request.method in SAFE or not request.user.is_authenticated:
            return response
        return self._once_more(request, found)

    def _once_more(self, request: HttpRequest, found: Away) -> HttpResponse:
        _unsay(request)
        for many in request.FILES.lists():
            for upload in many[1]:
                upload.open()  # at its beginning
        with nothing_kept(found) as tried:
            response = self.get_response(request)
        if not tried.writing or (wants_part(request) and response.status_code == 422):
            return response
        if 300 <= response.status_code < 400 or response.status_code == 204:
            _unsay(request)
            return page(request, found)
        return _marked(response, found)

    @staticmethod
    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error)


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page for *error* if it comes of something that is away; it is in the service's log."""
    if (found := away_of(error)) is None:
        return None
    if not hasattr(request, "away"):
        log.error("%s: %s %s: %s", found.key, request.method, request.path, error)
        away.stuck(found)
    request.away = found  # type: ignore[attr-defined]  # kept on it
    if found is away.GONE:  # the layers around don't ask, and wait, once more who it is
        request.user = AnonymousUser()
    return page(request, found)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler of what no view and no layer caught: something is away, or it is our fault."""
    return answer(request, sys.exc_info()[1]) or server_error(request)


# the page -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A field as it was sent; with a label it is shown, else it is only sent again."""

    name: str
    value: str
    label: Any = ""

    @property
    def long(self) -> bool:
        return len(self.value) > 40 or "\n" in self.value


def page(request: HttpRequest, found: Away) -> HttpResponse:
    """Our page about what is away, made without database, session and cache. It carries the form that was sent, with
    the token it had: this page gives nobody a new one."""
    typed = list(_typed(request)) if request.method == "POST" else []
    context = {
        "away": found,
        "typed": typed,
        "files": request.FILES.items() if typed else (),
        "path": request.get_full_path(),
        "again": any(one.name == TOKEN for one in typed),
    }
    response = HttpResponse(render_to_string("errors/503.html", context))
    if wants_part(request):
        said = [{"text": f"{found.heading}. {found.words}", "level": "error"}]
        trigger_client_event(reswap(response, "none"), "say", {"messages": said})
    return _marked(response, found)


def _marked(response: HttpResponse, found: Away) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(found.back_in)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _unsay(request: HttpRequest) -> None:
    """What was to be said on the next page isn't true."""
    waiting: Any = messages.get_messages(request)  # what waits has no public name
    waiting._queued_messages = []


def _typed(request: HttpRequest) -> Iterator[Typed]:
    """What was sent; nothing of a form with a password. A body that nobody has read is read if it is a short form."""
    if not hasattr(request, "_post"):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.content_type != FORM or not length.isdecimal() or int(length) > LARGEST:
            return
    try:
        sent = request.POST
    except (BadRequest, SuspiciousOperation, OSError):
        return
    if any("password" in name for name in sent):
        return
    labels = _labels(set(sent))
    for name, values in sent.lists():
        for value in values:
            label = labels.get(name) or ("" if value.isascii() else _("What you typed"))
            yield Typed(name, value, label if value else "")


def _labels(names: set[str]) -> dict[str, Any]:
    """What the form whose fields these most likely are calls those that one types in."""
    likely = max(_forms(forms.BaseForm), key=lambda form: len(names & form.base_fields.keys()), default=None)
    return {
        name: one.label or name
        for name, one in (likely.base_fields if likely else {}).items()
        if name in names and isinstance(one.widget, forms.Textarea | forms.TextInput)
    }


def _forms(above: Any) -> Iterator[Any]:
    for form in above.__subclasses__():
        if getattr(form, "base_fields", None):
            yield form
        yield from _forms(form)
