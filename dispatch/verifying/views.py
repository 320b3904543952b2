from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dispatch.verifying.pages import verified


@login_not_required
@require_GET
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Where the QR code of a printed paper leads: whoever holds the copy reads whether it is in force."""
    if (paper := verified(token)) is None:
        raise Http404
    response = render(request, "dispatch/verifying/page.html", {"paper": paper})
    for name, value in (
        ("X-Robots-Tag", "noindex"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ):
        response.headers[name] = value
    return response
