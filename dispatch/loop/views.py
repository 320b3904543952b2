from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import exports
from dispatch.loop.exports import open_loop
from dispatch.loop.pages import loop
from dispatch.loop.permissions import can_see_loop
from organization.requests import SignedIn, county_of, person
from projects.list.listing import ask


@require_GET
def page(request: SignedIn) -> HttpResponse:
    """The seven nodes, as of the month that the address names or of the newest with figures."""
    county, user = county_of(request), person(request)
    if not (answer := can_see_loop(user, county)):
        raise PermissionDenied(answer.why)
    found = loop(ask(user, county, request.GET, timezone.now()))
    return render(request, "dispatch/loop/page.html", {"loop": found})


@require_GET
def export(request: SignedIn) -> HttpResponseBase:
    now = timezone.now()
    return exports.answer(request, open_loop(person(request), request.GET, now), now=now)
