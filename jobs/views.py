from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jobs import services as jobs
from jobs import waiting
from jobs.health import WELL, health
from jobs.permissions import can_see_jobs
from organization.requests import SignedIn

BEGAN = timezone.now()


@login_not_required
@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    """For systemd and a watcher: 200 where all is well, else 503; words that say nothing about the county."""
    found = health(now=timezone.now(), since=BEGAN)
    return JsonResponse(found, status=200 if set(found.values()) == {WELL} else 503)


@require_GET
def jobs_page(request: SignedIn) -> HttpResponse:
    """When each job last went well, and what waits."""
    if not (answer := can_see_jobs(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    now, county = timezone.now(), request.user.county
    states = jobs.states(now=now)
    return render(
        request,
        "jobs/page.html",
        {
            "now": now,
            "states": states,
            "missed": [state for state in states if state.missed],
            "ran": any(state.last for state in states),
            "broken": [(jobs.title(run.job), run) for run in jobs.broken_off(now=now)],
            "others": [(jobs.title(run.job), run) for run in jobs.others()],
            "waiting": waiting.lines(county, now),
        },
    )
