"""One address answers with a page or, to htmx, with the part that changed."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.middleware import HtmxDetails

VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Target")


def wants_part(request: HttpRequest) -> bool:
    """True if htmx asks for a part; not when it follows a boosted link or restores a page of its history."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def wants_sheet(request: HttpRequest) -> bool:
    """True if a figure of another page asks, to open as a sheet over it (`a[data-sheet]`, `static/js/app.js`)."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return wants_part(request) and htmx is not None and htmx.target == "over"


def page_or_part(
    request: HttpRequest,
    page: str,
    part: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    sheet: str = "",
) -> HttpResponse:
    """Render the template *part* for htmx, *sheet* where a figure opens over its page, else *page* (which includes
    the part).

    The headers keep them apart in every cache: without them the Back button shows the naked part.
    """
    part = sheet if sheet and wants_sheet(request) else part
    response = render(request, part if wants_part(request) else page, context, status=status)
    patch_vary_headers(response, VARY)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect after a change: 303 to a browser, `HX-Redirect` to htmx (which would swap the target page
    into a row).
    """
    url = resolve_url(to, *args, **kwargs)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=303, headers={"Location": url})


def give(response: HttpResponse, address: str) -> HttpResponse:
    """*response* with a word to the page that it goes to: the file at *address* is ready, fetch it."""
    response["HX-Trigger"] = json.dumps({"give": {"href": address}})
    return response
