"""The projects of a squad: a part of its page. The list of projects itself is `lists.py`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.web.htmx import page_or_part
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.squads.models import Squad
from projects.list import pages
from projects.list.asked import GONE
from projects.registry.models import Project
from projects.registry.months.counts import of_packages
from projects.registry.months.models import ProjectMonth
from projects.reports.months import latest_period
from projects.rules import LightRules


@require_GET
def of_squad(request: SignedIn, pk: int) -> HttpResponse:
    """Those of its projects that the person may see, and how many there are besides: a part of the squad's page, or a
    page of its own without JavaScript."""
    county = county_of(request)
    squad = get_object_or_404(Squad.objects.select_related("unit").filter(unit__county=county), pk=pk)
    period, rules = latest_period(county, timezone.localdate()), rules_of(county)[LightRules]
    of_squad = Project.objects.filter(county=county).of_squads(Squad.objects.filter(pk=squad.pk))
    every = ProjectMonth.objects.of(county, period).filter(project__in=of_squad.values("pk"))
    seen = every.filter(project__in=Project.objects.visible_to(request.user).values("pk"))
    rows = pages.shown_of(seen, period, rules)
    context = {
        "squad": squad,
        "rows": rows[: pages.AT_MOST],
        "number": len(rows),
        "both": of_packages(one.row.package_id for one in rows if not one.row.packs).said,
        "more": len(rows) > pages.AT_MOST,
        "others": every.exclude(state__in=GONE).count() - len(rows),
        "period": period,
    }
    return page_or_part(request, "projects/list/of_squad.html", "projects/list/_of_squad.html", context)
