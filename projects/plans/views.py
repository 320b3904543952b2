"""The year's plans in one grid, and what is fixed for a project, with its changes beside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from core import undo
from core.web import asked
from core.web.htmx import go, page_or_part
from organization.permissions import UNIT_ROLES, Answer, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, person
from organization.units.models import Unit
from projects.plans import pages
from projects.plans.grid import COLUMNS, Row, fill, rows_of
from projects.plans.permissions import can_fill_plans
from projects.plans.rules import PlanRules
from projects.plans.undo import FILLED
from projects.registry.models import Project

PER_PAGE = 60  # rows of eight fields stay below what a request may hold


def require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


@require_http_methods(["GET", "POST"])
def grid(request: SignedIn, year: int) -> HttpResponse:
    """All projects of a unit with their plans of *year*, typed in place; each row is stored by itself."""
    if abs(year - timezone.localdate().year) > 1:
        raise Http404
    unit, choices = _unit(request)
    page = Paginator(pages.to_plan(unit, year), PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(page, year, rules_of(unit.county or unit)[PlanRules].fixed)
    status = 200
    if request.method == "POST":
        if _store(request, rows):
            return go(request, request.get_full_path())
        status = 422
    context = {"rows": rows, "unit": unit, "units": choices if len(choices) > 1 else [], "year": year, "page": page}
    context |= {"last": year - 1, "over": sum(row.can_take_over for row in rows)}
    context |= pages.around(person(request), year, timezone.localdate())
    context |= {"heads": COLUMNS.values(), "reason": request.POST.get("reason", "")}
    return render(request, "projects/plans/grid.html", context, status=status)


def _unit(request: SignedIn) -> tuple[Unit, list[Unit]]:
    """Whose plans, and whose the person may fill in: their own, all that report for the office."""
    user, county = person(request), person(request).county
    require(can_fill_plans(user, county))
    choices = units_of(user, *UNIT_ROLES, county=county)
    if county and user.is_office_of(county):
        choices += [unit for unit in Unit.objects.reporting().filter(county=county) if unit not in choices]
    if not (wanted := asked.key(request.GET.get("unit", ""))):
        if not choices:
            raise PermissionDenied(_("Your unit has no projects to plan"))
        return choices[0], choices
    unit = get_object_or_404(Unit, pk=wanted, county=county)
    require(can_fill_plans(user, county, unit))
    return unit, choices


def _store(request: SignedIn, rows: list[Row]) -> bool:
    """Whether each row that was sent went in; the words are messages, with the button that takes it back."""
    now, over = timezone.now(), request.POST.get("do") == "over"
    for row in rows:
        fill(row, request.POST, by=request.user, now=now, reason=request.POST.get("reason", ""), over=over)
    done = [row.done for row in rows if row.done]

    def words() -> str:
        return ngettext("%(n)s plan is saved", "%(n)s plans are saved", len(done)) % {"n": len(done)}

    if done:
        undo.say(request, words, FILLED, undo.keep(FILLED, by=request.user, now=now, words=words, rows=done), now=now)
    elif not any(row.errors for row in rows):
        messages.success(request, _("Nothing was changed"))
    return not any(row.errors for row in rows)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """What is fixed for one project, this year and next: a part of its page, or a page of its own."""
    user = person(request)
    project = get_object_or_404(Project.objects.visible_to(user).select_related("lead_unit", "county"), pk=pk)
    context: dict[str, Any] = {"project": project, "fixed": pages.fixed_of(project, timezone.localdate(), user)}
    return page_or_part(request, "projects/plans/of_project.html", "projects/plans/part.html", context)
