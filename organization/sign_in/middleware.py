from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.web.away import SAFE
from core.web.peers import plain
from organization.people.models import User
from organization.people.sessions import OFTEN, SessionStore, browser_of

FORM = "application/x-www-form-urlencoded"
STRANGERS_BYTES = 16 * 1024
ENROL = "enrol"  # in the session of who has to set up a second factor first
BACKGROUND = "X-Background"  # sent by pages that poll: looking on is not working


class StrangersMiddleware:
    """Of who isn't signed in no body is read: but for the few forms that are theirs, which are short.

    It stands before the views, and so before the check of the form's token, which would read the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE and not request.user.is_authenticated and (answer := self._refuse(request)):
            return answer
        return self.get_response(request)

    def _refuse(self, request: HttpRequest) -> HttpResponse | None:
        try:
            theirs = not getattr(resolve(request.path_info).func, "login_required", True)
        except Resolver404:  # the page that says so would read the body, for its token
            theirs = False
        if not theirs:
            return redirect_to_login(request.get_full_path())
        length = request.META.get("CONTENT_LENGTH") or "0"
        known = length.isdecimal() and len(length) < 10
        if request.content_type != FORM or not known or int(length) > STRANGERS_BYTES:
            return render(request, "errors/413.html", status=413)
        return None


class AccountMiddleware:
    """Ends an idle session, lets nobody work on with a password that has to be changed, and no browser keep a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        response = self._refuse(request, request.user) or self.get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    def _refuse(self, request: HttpRequest, user: User) -> HttpResponse | None:
        now, session = timezone.now(), cast(SessionStore, request.session)
        seen, begun = session.last_seen(now=now), session.begun()
        idle = settings.IDLE_MINUTES and seen and now - seen > timedelta(minutes=settings.IDLE_MINUTES)
        if idle or (begun and now - begun > timedelta(seconds=settings.SESSION_COOKIE_AGE)):  # that one never moves
            logout(request)
            return redirect_to_login(request.get_full_path())
        if seen is None or (now - seen > OFTEN and BACKGROUND not in request.headers):
            browser = browser_of(request.headers.get("User-Agent", ""))
            session.see(now=now, address=plain(request.META["REMOTE_ADDR"]), browser=browser)
        change = reverse("password_change")
        if request.path in {change, reverse("logout"), reverse("set_language")}:
            return None
        if not must_change(user):
            here = reverse("second_factor")
            return redirect(here) if request.session.get(ENROL) and request.path != here else None
        messages.info(request, _("Please set a password of your own first."))
        return redirect(change)


def must_change(user: User) -> bool:
    """At the first sign-in, after a reset, and when the password is older than PASSWORD_DAYS."""
    if user.must_change_password:
        return True
    if not settings.PASSWORD_DAYS or user.password_changed_at is None:
        return False
    return timezone.now() - user.password_changed_at > timedelta(days=settings.PASSWORD_DAYS)
