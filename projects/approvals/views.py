"""The approver's desk: which projects still need what the own unit gives."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from organization.requests import SignedIn, county_of, person
from projects.approvals import pages
from projects.approvals.permissions import can_see_approvals, kinds_of
from projects.registry.models import Project

PROJECTS = 50  # on a page


@require_GET
def desk(request: SignedIn) -> HttpResponse:
    user, county, on = person(request), county_of(request), timezone.localdate()
    if not (answer := can_see_approvals(user, county)):
        raise PermissionDenied(answer.why)
    kinds = kinds_of(user, county)
    projects = Project.objects.visible_to(user)
    found = pages.lacking(projects, kinds).select_related("lead_unit").prefetch_related("approvals")
    page = Paginator(found if kinds else Project.objects.none(), PROJECTS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": pages.missing(page.object_list, kinds, on),
        "rates": pages.rates(projects, kinds, on.year),
        "kinds": kinds,
        "year": on.year,
        "office": user.is_office_of(county),
    }
    return render(request, "projects/approvals/desk.html", context)
