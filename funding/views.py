"""Bids for funds: page, form, steps, and the part that stands on a project's page."""

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
from funding import bids as rules
from funding import services
from funding.forms import AsideForm, BidForm, SentBackForm, StepForm
from funding.models import Bid, BidStage, BidState
from funding.permissions import can_add_bid, can_edit_bid
from projects.errors import Refused, Wrong
from projects.models import Project


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _bid(request, pk))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not (answer := can_add_bid(request.user)):
        raise PermissionDenied(answer.why)
    first = {"unit": request.user.unit, "year": timezone.localdate().year}
    form = BidForm(request.POST or None, user=request.user, initial=first)
    if form.is_valid() and (
        bid := _done(
            form,
            lambda: services.create_bid(county=request.user.county, by=request.user, now=timezone.now(), **form.facts),
        )
    ):
        messages.success(request, _("“%(bid)s” is on file") % {"bid": bid.name})
        return go(request, "funding:page", bid.pk)
    return render(request, "funding/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    form = BidForm(request.POST or None, user=request.user, bid=bid, initial=BidForm.initial_of(bid))
    if form.is_valid() and _done(
        form,
        lambda: services.edit_bid(
            bid, by=request.user, now=timezone.now(), version=form.cleaned_data["version"], **form.facts
        ),
    ):
        return go(request, "funding:page", bid.pk)
    return render(request, "funding/form.html", {"form": form, "bid": bid}, status=422 if form.errors else 200)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One stage on; what blocks it stands on the page."""
    bid = _bid(request, pk)
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    form = StepForm(request.POST)
    to = rules.LADDER.next(bid.stage)
    if to and form.is_valid():
        expect, on = form.cleaned_data["expect"], form.cleaned_data["on"]
        to = rules.LADDER.next(expect) or to
        if _done(
            form, lambda: services.advance(bid, to=to, by=request.user, on=on, now=timezone.now(), expect=expect)
        ):
            messages.success(request, _("The bid is now at “%(stage)s”") % {"stage": BidStage(to).label})
            return go(request, "funding:page", bid.pk)
    return _page(request, _bid(request, pk), step_form=form, status=422)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    bid = _bid(request, pk)
    form = SentBackForm(request.POST or None, bid=bid, initial={"on": timezone.localdate(), "to": bid.stage})
    return _aside(request, bid, form, services.send_back, _("Note that it was sent back"), ("on", "to", "reason"))


@require_http_methods(["GET", "POST"])
def fail(request: HttpRequest, pk: int) -> HttpResponse:
    form = AsideForm(request.POST or None, initial={"on": timezone.localdate()})
    return _aside(request, _bid(request, pk), form, services.fail, _("Note that it failed"), ("on", "reason"))


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    form = AsideForm(request.POST or None, initial={"on": timezone.localdate()})
    return _aside(request, _bid(request, pk), form, services.resume, _("Take it up again"), ("on", "reason"))


@require_GET
def project_bids(request: HttpRequest, pk: int) -> HttpResponse:
    """The bids for a project: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    bids = Bid.objects.visible_to(request.user).filter(project=project).select_related("unit")
    context = {"project": project, "bids": bids, "may_add": bool(can_add_bid(request.user))}
    return page_or_part(request, "funding/project.html", "funding/_project.html", context)


def _bid(request: HttpRequest, pk: int) -> Bid:
    bids = Bid.objects.visible_to(request.user).select_related("unit", "project", "county")
    return get_object_or_404(bids, pk=pk)


def _page(request: HttpRequest, bid: Bid, *, step_form: Form | None = None, status: int = 200) -> HttpResponse:
    to = rules.LADDER.next(bid.stage)
    initial = {"expect": bid.stage, "on": timezone.localdate()}
    context = {
        "bid": bid,
        "steps": _steps(bid),
        "next": BidStage(to) if to else None,
        "blockers": rules.LADDER.to_mend(bid),
        "odd": rules.odd(bid),
        "changes": bid.changes.select_related("by"),
        "may": can_edit_bid(request.user, bid),
        "step_form": step_form or StepForm(initial=initial),
        "active": bid.state == BidState.ACTIVE,
    }
    return render(request, "funding/page.html", context, status=status)


def _steps(bid: Bid) -> list[dict[str, Any]]:
    """The stages as `{% stages %}` draws them, with the day of each."""
    reached = rules.LADDER.order.index(bid.stage)
    found = []
    for place, stage in enumerate(rules.LADDER.order):
        day = rules.LADDER.day_of.get(stage)
        on = getattr(bid, day) if day else None
        state = "done" if place < reached else "now" if place == reached else "next" if place == reached + 1 else "far"
        found.append({"name": BidStage(stage).label, "state": state, "on": _brief(on)})
    return found


def _brief(day: date | None) -> str:
    """07-03, or 2025-07 for another year: seven of them stand side by side on a phone."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == timezone.localdate().year else f"{day:%Y-%m}"


def _aside(
    request: HttpRequest, bid: Bid, form: Form, act: Callable[..., Bid], title: str, names: tuple[str, ...]
) -> HttpResponse:
    """A step aside with a reason: its own page, which is the form."""
    if not (answer := can_edit_bid(request.user, bid)):
        raise PermissionDenied(answer.why)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in names}
        if _done(form, lambda: act(bid, by=request.user, now=timezone.now(), **given)):
            return go(request, "funding:page", bid.pk)
    context = {"bid": bid, "form": form, "title": title}
    return render(request, "funding/aside.html", context, status=422 if form.errors else 200)


def _done(form: Form, act: Callable[[], Bid]) -> Bid | None:
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
