"""What every answer has, and what htmx needs from it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from core import navigation
from core.web.once import one_request

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class OneRequest:
    """What `core.web.once` keeps lasts from here to the answer: it stands outside of all that reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_request():
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


class HtmxAnswers:
    """Signed out meanwhile: htmx goes to the sign-in page instead of swapping it into a row. Messages: to
    the page.

    After a change the counts in the navigation are asked for again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and getattr(request, "user", None) and request.user.is_authenticated:
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
        return response

    @staticmethod
    def _back_here(request: HttpRequest) -> str:
        query = QueryDict(mutable=True)
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        query["next"] = (htmx and htmx.current_url_abs_path) or "/"
        return f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"
