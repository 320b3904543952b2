"""What requests tell the log: from where they come, who signs in and out, which files and refusals they get."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, unquote_plus

from axes.helpers import get_client_ip_address
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.noted import note
from organization.audit.services import asked, folded, settle
from organization.people.models import User

LOCKED_FOR = 60  # seconds in which one account that is locked is noted once, however often it is tried
FILE_NAME = re.compile(r"filename\*=utf-8''([^;]+)|filename=\"?([^\";]+)", re.IGNORECASE)


class AuditMiddleware:
    """Around all that signs in or out and all pages: what they note is in the log when the answer goes out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asked(get_client_ip_address(request) or "", request.headers.get("User-Agent", "")) as found:
            response = self.get_response(request)
            _of_answer(request, response)
        settle(found)
        return response


def _of_answer(request: HttpRequest, response: HttpResponse) -> None:
    """A file that is given out, and a page that is refused to somebody: seen here, whoever makes the answer."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return
    match = request.resolver_match
    told: dict[str, Any] = {"by": user, "now": timezone.now()}
    detail = {
        "page": match.view_name if match else "",
        "path": request.path,
        "asked": unquote_plus(getattr(request, "asked_for", request.GET.urlencode())),
    }
    if response.status_code == 200 and (disposition := response.headers.get("Content-Disposition")):
        named = FILE_NAME.search(disposition)
        name = unquote(next(filter(None, named.groups()))) if named else request.path
        note("file_given", words=name, detail=detail, **told)
    elif response.status_code == 403:
        note("page_refused", words=request.path, detail=detail, done=False, **told)


def _signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    note("signed_in", user, by=user, now=timezone.now())


def _signed_out(request: HttpRequest, user: User | None, **_more: Any) -> None:
    if user is not None:
        note("signed_out", user, by=user, now=timezone.now())


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    if not getattr(request, "axes_locked_out", False):  # what is locked is noted as such
        _tried("sign_in_refused", credentials.get("username"))


def _locked(username: str | None, ip_address: str | None, **_more: Any) -> None:
    if cache.add(f"audit.locked.{folded(username or '')}.{ip_address}", 1, LOCKED_FOR):
        _tried("locked", username)


def _tried(kind: str, name: Any) -> None:
    account = folded(str(name or ""))
    about = User.objects.filter(username__iexact=account).first()
    note(kind, about, by=None, now=timezone.now(), words=account, account=account, done=False)


def connect() -> None:
    """Hears of those who sign in and out, whichever page they do it on."""
    for signal, hear in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _refused),
        (user_locked_out, _locked),
    ):
        signal.connect(hear, dispatch_uid="organization.audit")
