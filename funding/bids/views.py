"""Bids for funds: page, form, steps, and the part that stands on a project's page."""

from __future__ import annotations

from collections.abc import Callable
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
from core.refusals import done
from core.web.htmx import go, page_or_part
from funding.bids import gates as rules
from funding.bids import services
from funding.bids.forms import BidForm, SentBackForm
from funding.bids.models import Bid
from funding.bids.permissions import can_add_bid, can_edit_bid
from funding.bids.rules import FundingRules
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from projects.models import Project


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _bid(request, pk))


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    if not (answer := can_add_bid(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    first = {"unit": request.user.unit, "year": timezone.localdate().year}
    form = BidForm(request.POST or None, user=request.user, initial=first)
    county, by, now = county_of(request), request.user, timezone.now()
    if bid := done(form, lambda: services.create_bid(county=county, by=by, now=now, **form.facts)):
        messages.success(request, _("“%(bid)s” is on file") % {"bid": bid.name})
        return go(request, "funding:page", bid.pk)
    return render(request, "funding/bids/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    form = BidForm(request.POST or None, user=request.user, bid=bid, initial=BidForm.initial_of(bid))
    if done(
        form,
        lambda: services.edit_bid(
            bid, by=request.user, now=timezone.now(), version=form.cleaned_data["version"], **form.facts
        ),
    ):
        return go(request, "funding:page", bid.pk)
    return render(request, "funding/bids/form.html", {"form": form, "bid": bid}, status=422 if form.errors else 200)


@require_POST
def step(request: SignedIn, pk: int) -> HttpResponse:
    """One stage on; what blocks it stands on the page."""
    bid = _bid(request, pk)
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    form = StepForm(request.POST)
    to = rules.LADDER.next(bid.stage)
    if done(
        form, lambda: services.advance(bid, to=to or "", by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, _("The bid is now at “%(stage)s”") % {"stage": to.label})
        return go(request, "funding:page", bid.pk)
    return _page(request, _bid(request, pk), step_form=form, status=422)


@require_http_methods(["GET", "POST"])
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    form = SentBackForm(request.POST or None, bid=bid, initial=_now(bid) | {"to": bid.stage})
    return _aside(request, bid, form, services.send_back, _("Note that it was sent back"))


@require_http_methods(["GET", "POST"])
def fail(request: SignedIn, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    return _aside(
        request, bid, AsideForm(request.POST or None, initial=_now(bid)), services.fail, _("Note that it failed")
    )


@require_http_methods(["GET", "POST"])
def resume(request: SignedIn, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    return _aside(
        request, bid, AsideForm(request.POST or None, initial=_now(bid)), services.resume, _("Take it up again")
    )


@require_GET
def project_bids(request: SignedIn, pk: int) -> HttpResponse:
    """The bids for a project: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    bids = Bid.objects.visible_to(request.user).filter(project=project).select_related("unit")
    channels = rules_of(project.county)[FundingRules].channels
    named = [(bid, label_of(channels, bid.channel)) for bid in bids]
    context = {"project": project, "bids": named, "may_add": bool(can_add_bid(request.user, request.user.county))}
    return page_or_part(request, "funding/bids/project.html", "funding/bids/_project.html", context)


def _bid(request: SignedIn, pk: int) -> Bid:
    bids = Bid.objects.visible_to(request.user).select_related("unit", "project", "county")
    return get_object_or_404(bids, pk=pk)


def _page(request: SignedIn, bid: Bid, *, step_form: Form | None = None, status: int = 200) -> HttpResponse:
    may, today = can_edit_bid(request.user, bid), timezone.localdate()
    form = step_form or StepForm(initial=_now(bid) | {"expect": bid.stage})
    edit_url = reverse("funding:edit", args=[bid.pk])
    context = {
        "bid": bid,
        "channel": label_of(rules_of(bid.county)[FundingRules].channels, bid.channel),
        "steps": stages(bid, rules.LADDER, today),
        "odd": rules.odd(bid),
        **way_of(bid, rules.WAY, may=may, edit_url=edit_url, action=_("Fill in"), form=form),
    }
    return render(request, "funding/bids/page.html", context, status=status)


def _now(bid: Bid) -> dict[str, Any]:
    """What a form about a step of *bid* begins with: today, and what is seen."""
    return {"on": timezone.localdate(), "version": bid.version}


def _aside(request: SignedIn, bid: Bid, form: Form, act: Callable[..., Bid], title: str) -> HttpResponse:
    """A step aside with a reason: its own page, which is the form."""
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    if after := done(form, lambda: act(bid, by=request.user, now=timezone.now(), **form.cleaned_data)):
        if act is services.fail:
            undo.say(
                request,
                lambda: _("“%(bid)s” is put aside") % {"bid": bid.name},
                "bid_failed",
                after,
                now=timezone.now(),
            )
        return go(request, "funding:page", bid.pk)
    context = {"bid": bid, "form": form, "title": title}
    return render(request, "funding/bids/aside.html", context, status=422 if form.errors else 200)
