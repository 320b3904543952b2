"""Leads: page, form, steps, landing, and the part on a project's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.htmx import go, page_or_part
from core.steps import Closed, Stale
from investment import services
from investment.forms import AsideForm, LeadForm, StepForm
from investment.models import Lead, LeadStage, LeadState
from investment.permissions import can_add_lead, can_edit_lead, can_land
from investment.pipeline import LADDER
from projects.errors import Refused, Wrong
from projects.models import Project


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _lead(request, pk))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not (answer := can_add_lead(request.user)):
        raise PermissionDenied(answer.why)
    now = timezone.now()
    first = {"squad": request.user.unit, "found_on": timezone.localdate(now)}
    form = LeadForm(request.POST or None, user=request.user, initial=first)
    if form.is_valid():
        county, by = request.user.county, request.user
        lead = _done(form, lambda: services.create_lead(county=county, by=by, now=now, **form.facts))
        if lead:
            messages.success(request, _("“%(lead)s” is on file") % {"lead": lead.name})
            return go(request, "investment:page", lead.pk)
    return render(request, "investment/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    lead = _lead(request, pk)
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = LeadForm(request.POST or None, user=request.user, lead=lead, initial=LeadForm.initial_of(lead))
    if form.is_valid():
        seen, now = form.cleaned_data["version"], timezone.now()
        if _done(form, lambda: services.edit_lead(lead, by=request.user, now=now, version=seen, **form.facts)):
            return go(request, "investment:page", lead.pk)
    return render(request, "investment/form.html", {"form": form, "lead": lead}, status=422 if form.errors else 200)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage on; what blocks it stands on the page."""
    lead = _lead(request, pk)
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = StepForm(request.POST)
    if form.is_valid():
        expect, on = form.cleaned_data["expect"], form.cleaned_data["on"]
        to = LADDER.next(expect) or LeadStage.LANDED
        now = timezone.now()
        if _done(form, lambda: services.advance(lead, to=to, by=request.user, on=on, now=now, expect=expect)):
            messages.success(request, _("The lead is now at “%(stage)s”") % {"stage": LeadStage(to).label})
            return go(request, "investment:page", lead.pk)
    return _page(request, _lead(request, pk), step_form=form, status=422)


@require_POST
def land(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the signed lead on file as a project; a second click leads to the same project."""
    lead = _lead(request, pk)
    if not (can_edit_lead(request.user, lead) or (answer := can_land(request.user, lead))):
        raise PermissionDenied(answer.why)
    form = StepForm(request.POST)
    if form.is_valid():
        on, now = form.cleaned_data["on"], timezone.now()
        project = _done(form, lambda: services.land(lead, by=request.user, on=on, now=now))
        if project:
            messages.success(request, _("“%(project)s” is on file as a project") % {"project": project.name})
            return go(request, "investment:page", lead.pk)
    return _page(request, _lead(request, pk), step_form=form, status=422)


@require_http_methods(["GET", "POST"])
def lose(request: HttpRequest, pk: int) -> HttpResponse:
    return _aside(request, _lead(request, pk), services.lose, _("Note that it is lost"))


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _aside(request, _lead(request, pk), services.resume, _("Take it up again"))


@require_GET
def project_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a project came from: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    lead = Lead.objects.filter(project=project).select_related("squad").first()
    seen = lead is not None and Lead.objects.visible_to(request.user).filter(pk=lead.pk).exists()
    context = {"project": project, "lead": lead, "seen": seen}
    return page_or_part(request, "investment/project.html", "investment/_project.html", context)


def _lead(request: HttpRequest, pk: int) -> Lead:
    leads = Lead.objects.visible_to(request.user).select_related("squad", "landing_unit", "project", "county")
    return get_object_or_404(leads, pk=pk)


def _page(request: HttpRequest, lead: Lead, *, step_form: Form | None = None, status: int = 200) -> HttpResponse:
    to = LADDER.next(lead.stage)
    landing = to == LeadStage.LANDED
    initial = {"expect": lead.stage, "on": timezone.localdate()}
    context = {
        "lead": lead,
        "steps": _steps(lead),
        "next": LeadStage(to) if to else None,
        "landing": landing,
        "blockers": LADDER.to_mend(lead),
        "changes": lead.changes.select_related("by"),
        "may_edit": can_edit_lead(request.user, lead),
        "may": can_land(request.user, lead) if landing else can_edit_lead(request.user, lead),
        "step_form": step_form or StepForm(initial=initial),
        "active": lead.state == LeadState.ACTIVE,
    }
    return render(request, "investment/page.html", context, status=status)


def _steps(lead: Lead) -> list[dict[str, Any]]:
    """The stages as `{% stages %}` draws them, with the day of each."""
    reached = LADDER.order.index(lead.stage)
    days = {LeadStage.LEAD: lead.found_on, LeadStage.INTENT: lead.intent_on or lead.framework_on}
    found = []
    for place, stage in enumerate(LADDER.order):
        field = LADDER.day_of.get(stage)
        on = days.get(LeadStage(stage)) or (getattr(lead, field) if field else None)
        state = "done" if place < reached else "now" if place == reached else "next" if place == reached + 1 else "far"
        found.append({"name": LeadStage(stage).label, "state": state, "on": _brief(on)})
    return found


def _brief(day: date | None) -> str:
    """07-03, or 2025-07 for another year: seven of them stand side by side on a phone."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == timezone.localdate().year else f"{day:%Y-%m}"


def _aside(request: HttpRequest, lead: Lead, act: Callable[..., Lead], title: str) -> HttpResponse:
    """A step aside with a reason: its own page, which is the form."""
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = AsideForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        on, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        if _done(form, lambda: act(lead, by=request.user, on=on, now=timezone.now(), reason=reason)):
            return go(request, "investment:page", lead.pk)
    context = {"lead": lead, "form": form, "title": title}
    return render(request, "investment/aside.html", context, status=422 if form.errors else 200)


def _done(form: Form, act: Callable[[], Any]) -> Any:
    """What *act* gives, or None with its refusal in words on the form."""
    try:
        return act()
    except Wrong as wrong:
        for name, sentence in wrong.fields.items():
            form.add_error(name if name in form.fields else None, sentence)
    except Refused as refused:
        form.add_error(None, refused.why)
    except Closed as closed:
        for gate in closed.gates:
            form.add_error(None, gate.label)
    except Stale:
        form.add_error(None, _("Somebody changed this meanwhile. Open the page anew and look at what stands there"))
    return None
