from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.web.htmx import page_or_part
from dispatch.daylists.models import DayList
from dispatch.daylists.pages import heads, lines
from dispatch.daylists.permissions import can_see_day_lists
from dispatch.rounds.models import Round
from dispatch.rounds.services import title
from organization.requests import SignedIn


def _list(request: SignedIn, pk: int) -> DayList:
    if not (answer := can_see_day_lists(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    found = DayList.objects.select_related("round__county", "file", "county")
    return get_object_or_404(found, pk=pk, county=request.user.county)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    """A list as it stood on its day."""
    one = _list(request, pk)
    others = DayList.objects.filter(round=one.round).exclude(pk=one.pk).order_by("pk")
    context = {"list": one, "heads": heads(one), "lines": lines(one), "round": title(one.round), "others": others}
    return render(request, "dispatch/daylists/page.html", context)


@require_GET
def file(request: SignedIn, pk: int) -> FileResponse:
    """Its Excel file, the same bytes each time."""
    one = _list(request, pk)
    return FileResponse(one.file.content.open(), as_attachment=True, filename=f"{one.title}.xlsx")


@require_GET
def of_round(request: SignedIn, pk: int) -> HttpResponse:
    """The lists of a round: a part of its page."""
    if not (answer := can_see_day_lists(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    opened = get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)
    context = {"round": opened, "title": title(opened), "lists": opened.lists.order_by("pk")}
    return page_or_part(request, "dispatch/daylists/of_round.html", "dispatch/daylists/_of_round.html", context)
