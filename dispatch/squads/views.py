from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.web.htmx import page_or_part
from dispatch.squads.pages import standing_of
from organization.requests import SignedIn, county_of, person
from organization.squads.models import Squad


@require_GET
def standing(request: SignedIn, pk: int) -> HttpResponse:
    """What a squad's projects come to, what of them is late, their rounds: a part of its page, or a page of its own
    without JavaScript."""
    squad = get_object_or_404(Squad.objects.select_related("unit").filter(unit__county=county_of(request)), pk=pk)
    context = {"squad": squad, "of": standing_of(squad, person(request), timezone.now())}
    return page_or_part(request, "dispatch/squads/standing.html", "dispatch/squads/_standing.html", context)
