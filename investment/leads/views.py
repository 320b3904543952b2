"""Leads: page, form, steps, landing, and the part on a project's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.coded import label_of
from core.flow.forms import AsideForm, StepForm
from core.flow.page import stages, way_of
from core.panels import panels
from core.refusals import Refused, done, onto
from core.web.htmx import go, page_or_part
from investment.leads import services
from investment.leads.forms import LandForm, LeadForm
from investment.leads.gates import LADDER, WAY
from investment.leads.models import Lead, LeadStage
from investment.leads.permissions import can_add_lead, can_edit_lead, can_land
from investment.leads.rules import InvestmentRules
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from projects.classes import ClassRules, in_words
from projects.models import Project
from projects.page.pages import shown_as_like_it
from projects.registry.pages import like_it


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _lead(request, pk))


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    if not (answer := can_add_lead(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    now = timezone.now()
    first = {"squad": request.user.unit, "found_on": timezone.localdate(now)}
    form = LeadForm(request.POST or None, user=request.user, initial=first)
    if form.is_valid():
        county, by = county_of(request), request.user
        lead = done(form, lambda: services.create_lead(county=county, by=by, now=now, **form.facts))
        if lead:
            messages.success(request, _("“%(lead)s” is on file") % {"lead": lead.name})
            return go(request, "investment:page", lead.pk)
    return render(request, "investment/leads/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    lead = _lead(request, pk)
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = LeadForm(request.POST or None, user=request.user, lead=lead, initial=LeadForm.initial_of(lead))
    if form.is_valid():
        seen, now = form.cleaned_data["version"], timezone.now()
        if done(form, lambda: services.edit_lead(lead, by=request.user, now=now, version=seen, **form.facts)):
            return go(request, "investment:page", lead.pk)
    return render(
        request, "investment/leads/form.html", {"form": form, "lead": lead}, status=422 if form.errors else 200
    )


@require_POST
def step(request: SignedIn, pk: int) -> HttpResponse:
    """One stage on; what blocks it stands on the page."""
    lead = _lead(request, pk)
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = StepForm(request.POST)
    if form.is_valid():
        to = LADDER.next(lead.stage) or LeadStage.LANDED
        if done(form, lambda: services.advance(lead, to=to, by=request.user, now=timezone.now(), **form.cleaned_data)):
            messages.success(request, _("The lead is now at “%(stage)s”") % {"stage": LeadStage(to).label})
            return go(request, "investment:page", lead.pk)
    return _page(request, _lead(request, pk), step_form=form, status=422)


@require_POST
def land(request: SignedIn, pk: int) -> HttpResponse:
    """Put the signed lead on file as a project; a second click leads to the same project."""
    lead = _lead(request, pk)
    if not (can_edit_lead(request.user, lead) or (answer := can_land(request.user, lead))):
        raise PermissionDenied(answer.why)
    form = LandForm(request.POST)
    twins: list[dict[str, Any]] = []
    if form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "expect"}
        told["seen"] = shown_as_like_it(request.POST)
        try:
            project = services.land(lead, by=request.user, now=timezone.now(), **told)
        except Refused as refusal:
            onto(form, refusal)
            twins = like_it(request.user, refusal)
        else:
            messages.success(request, _("“%(project)s” is on file as a project") % {"project": project.name})
            return go(request, "investment:page", lead.pk)
    return _page(request, _lead(request, pk), step_form=form, twins=twins, status=422)


@require_http_methods(["GET", "POST"])
def lose(request: SignedIn, pk: int) -> HttpResponse:
    return _aside(request, _lead(request, pk), services.lose, _("Note that it is lost"))


@require_http_methods(["GET", "POST"])
def resume(request: SignedIn, pk: int) -> HttpResponse:
    return _aside(request, _lead(request, pk), services.resume, _("Take it up again"))


@require_GET
def project_lead(request: SignedIn, pk: int) -> HttpResponse:
    """Where a project came from: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    lead = Lead.objects.filter(project=project).select_related("squad").first()
    seen = lead is not None and Lead.objects.visible_to(request.user).filter(pk=lead.pk).exists()
    mode = label_of(rules_of(project.county)[InvestmentRules].modes, lead.mode) if lead else ""
    context = {"project": project, "lead": lead, "seen": seen, "mode": mode}
    return page_or_part(request, "investment/leads/project.html", "investment/leads/_project.html", context)


def _lead(request: SignedIn, pk: int) -> Lead:
    leads = Lead.objects.visible_to(request.user).select_related("squad", "landing_unit", "project", "county")
    return get_object_or_404(leads, pk=pk)


def _page(
    request: SignedIn,
    lead: Lead,
    *,
    step_form: Form | None = None,
    twins: Sequence[dict[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    rules = rules_of(lead.county)
    landing = LADDER.next(lead.stage) == LeadStage.LANDED
    may_edit, today = can_edit_lead(request.user, lead), timezone.localdate()
    form = step_form or StepForm(initial={"expect": lead.stage, "version": lead.version, "on": today})
    days: dict[str, date | None] = {
        LeadStage.LEAD: lead.found_on,
        LeadStage.INTENT: lead.intent_on or lead.framework_on,
    }
    may = can_land(request.user, lead) if landing else may_edit
    edit_url = reverse("investment:edit", args=[lead.pk])
    context = {
        "lead": lead,
        "mode": label_of(rules[InvestmentRules].modes, lead.mode),
        "words": in_words(rules[ClassRules], lead),
        "steps": stages(lead, LADDER, today, days),
        "landing": landing,
        "may_edit": may_edit,
        "twins": twins,
        "buttons": panels("investment:page", lead.pk, person=request.user, on=today, place="button"),
        **way_of(lead, WAY, may=may, edit_url=edit_url, action=_("Fill in"), form=form),
    }
    return render(request, "investment/leads/page.html", context, status=status)


def _aside(request: SignedIn, lead: Lead, act: Callable[..., Lead], title: str) -> HttpResponse:
    """A step aside with a reason: its own page, which is the form."""
    if not (answer := can_edit_lead(request.user, lead)):
        raise PermissionDenied(answer.why)
    form = AsideForm(request.POST or None, initial={"on": timezone.localdate(), "version": lead.version})
    if after := done(form, lambda: act(lead, by=request.user, now=timezone.now(), **form.cleaned_data)):
        if act is services.lose:
            undo.say(
                request,
                lambda: _("“%(lead)s” is put aside") % {"lead": lead.name},
                "lead_lost",
                after,
                now=timezone.now(),
            )
        return go(request, "investment:page", lead.pk)
    context = {"lead": lead, "form": form, "title": title}
    return render(request, "investment/leads/aside.html", context, status=422 if form.errors else 200)
