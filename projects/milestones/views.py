"""Schedules: that of one project, laid, moved, added to; the wall chart of a list of projects."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.amounts import figures
from core.lists.listing import Listing
from core.refusals import Refused, done, tell
from core.web import asked
from core.web.htmx import go, page_or_part, wants_part
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of, person
from projects.list.lists import PROJECTS
from projects.milestones import pages, wall
from projects.milestones import services as milestones
from projects.milestones.forms import AddForm, DaysForm, LayForm
from projects.milestones.models import Milestone
from projects.milestones.permissions import can_schedule
from projects.milestones.rules import ScheduleRules
from projects.registry.models import Project
from projects.registry.months.counts import of_packages


def _require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("lead_unit", "county")
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The schedule of one project: its drawing, and the days of its milestones in a form; a part of its page."""
    project, user, on = _project(request, pk), person(request), timezone.localdate()
    may = can_schedule(user, project)
    if request.method == "POST":
        _require(may)
    page = pages.of_project(project, on, drawn=not wants_part(request))
    form = DaysForm(request.POST or None, rows=[row.milestone for row in page.rows], initial={"version": page.version})
    act = partial(milestones.set_days, project, by=user, now=timezone.now())
    if request.method == "POST" and (
        made := done(form, lambda: act(typed=form.typed, **_kept(form, "version", "along", "reason")))
    ):
        undo.say(request, _("The schedule is saved"), "schedule_changed", made, now=timezone.now())
        return go(request, "projects:schedule", pk)
    lines = [(group, [(row, form.of(row.milestone)) for row in group.rows]) for group in page.groups]
    context = {"project": project, "page": page, "form": form, "lines": lines, "may": may.ok, "on": on}
    status = 422 if form.errors else 200
    return page_or_part(
        request, "projects/milestones/page.html", "projects/milestones/_panel.html", context, status=status
    )


def _kept(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}


@require_http_methods(["GET", "POST"])
def lay(request: SignedIn, pk: int) -> HttpResponse:
    """Lay the milestones backwards from a target day: for the first time, or anew."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _require(can_schedule(user, project))
    page, rules = pages.of_project(project, timezone.localdate(now), drawn=False), rules_of(project.county)
    target = (page.schedule and page.schedule.target_on) or project.planned_completion or project.planned_start
    template = page.schedule.template if page.schedule else ""
    initial = {"version": page.version, "target": target, "template": template}
    again = bool(page.schedule and page.schedule.target_on)
    form = LayForm(request.POST or None, rules=rules[ScheduleRules], again=again, initial=initial)
    act = partial(milestones.lay_out, project, by=user, now=now)
    if made := done(form, lambda: act(**form.cleaned_data)):
        undo.say(request, _laid(project, now), "schedule_changed", made, now=now)
        return go(request, "projects:schedule", pk)
    title, submit = _("Lay the schedule backwards"), _("Lay it")
    context = {"project": project, "form": form, "title": title, "submit": submit, "note": _note(page)}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


def _laid(project: Project, now: Any) -> str:
    page = pages.of_project(project, timezone.localdate(now), drawn=False)
    behind, days = pages.short_of(page, timezone.localdate(now))
    said = ngettext("%(n)s milestone laid", "%(n)s milestones laid", len(page.rows)) % {"n": len(page.rows)}
    if not days:
        return said
    more = _("work on the first ought to have begun %(days)s working days ago, %(behind)s lie before today")
    return _("; ").join([said, more % {"days": days, "behind": behind}])


def _note(page: pages.Page) -> str:
    if not page.rows:
        return ""
    return _("Laid anew, what was reached stays, and so do milestones that were added by hand")


@require_http_methods(["GET", "POST"])
def put_in(request: SignedIn, pk: int) -> HttpResponse:
    """A milestone of one's own."""
    project, user, now = _project(request, pk), person(request), timezone.now()
    _require(can_schedule(user, project))
    page = pages.of_project(project, timezone.localdate(now), drawn=False)
    rows = Milestone.objects.filter(project=project)
    form = AddForm(request.POST or None, rows=rows, initial={"version": page.version})
    act = partial(milestones.add, project, by=user, now=now)
    if made := done(form, lambda: act(**form.cleaned_data)):
        undo.say(request, _("The milestone is in the schedule"), "schedule_changed", made, now=now)
        return go(request, "projects:schedule", pk)
    context = {"project": project, "form": form, "title": _("Add a milestone"), "submit": _("Add it")}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


@require_POST
def take_out(request: SignedIn, pk: int) -> HttpResponse:
    """Take a milestone out of its schedule."""
    user, now = person(request), timezone.now()
    found = Milestone.objects.visible_to(user).select_related("project__lead_unit", "project__county")
    milestone = get_object_or_404(found, pk=pk)
    _require(can_schedule(user, milestone.project))
    try:
        made = milestones.remove(milestone, by=user, now=now, version=asked.version(request.POST.get("version")))
    except Refused as refusal:
        tell(request, refusal, milestone.name)
    else:
        said = _("Taken out of the schedule: %(name)s") % {"name": milestone.name}
        undo.say(request, said, "schedule_changed", made, now=now)
    return go(request, "projects:schedule", milestone.project_id)


@require_GET
def wall_chart(request: SignedIn) -> HttpResponse:
    """The schedules of the projects that a list asks for, whatever its filters are: drawn, and as a table."""
    county, on = county_of(request), timezone.localdate()
    listing = Listing(PROJECTS, person(request), request.GET, now=timezone.now())
    names = "project", "project__name", "project__lead_unit__short_name", "package"
    projects = list(listing.found().order_by(*listing.order).values_list(*names)[: wall.MOST + 1])
    rules = rules_of(county)[ScheduleRules]
    chains = wall.chains([one[:3] for one in projects[: wall.MOST]], on, rules)
    packages = {pk: package for pk, _name, _unit, package in projects}
    context = {
        "chart": wall.draw(chains, on, rules) if chains else None,
        "number": len(chains),
        "both": of_packages(packages[chain.pk] for chain in chains).said,
        "without": min(len(projects), wall.MOST) - len(chains),
        "more": len(projects) > wall.MOST,
        "most": wall.MOST,
        "filters": [chip for chip in (*listing.chips, *listing.more) if chip.said],
        "text": listing.text,
        "list": listing.here,
        "county": county,
        "on": on,
        "day": figures.day(on),
    }
    return render(request, "projects/milestones/wall.html", context)
