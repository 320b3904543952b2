from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.refusals import Refused, onto
from organization.people.models import Post, Role
from organization.portfolios import pages, services
from organization.portfolios.forms import PortfolioForm
from organization.portfolios.permissions import can_change_portfolio, can_see_portfolios
from organization.requests import SignedIn, county_of


@require_GET
def portfolio(request: SignedIn, pk: int) -> HttpResponse:
    """What one leader's post answers for, answered for, will answer for."""
    if not (answer := can_see_portfolios(request.user, county_of(request))):
        raise PermissionDenied(answer.why)
    may = can_change_portfolio(request.user, county_of(request)).ok
    context = pages.page(_post(request, pk), timezone.now()) | {"may": may}
    return render(request, "organization/portfolios/page.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedIn, pk: int) -> HttpResponse:
    """A portfolio from a day on: typed, looked at, then done. What is typed anew is looked at anew."""
    if not (answer := can_change_portfolio(request.user, county_of(request))):
        raise PermissionDenied(answer.why)
    post, now = _post(request, pk), timezone.now()
    today = timezone.localdate(now)
    initial = {"on": today, "version": services.seen_of(post), "alone": True}
    form = PortfolioForm(request.POST or None, post=post, row=services.newest(post), initial=initial)
    shown, status = None, 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and status == 200:
        facts, version = form.facts, form.cleaned_data["version"]
        try:
            if form.cleaned_data["looked"] == form.sign:
                services.change_portfolio(post, by=request.user, now=now, version=version, **facts)
                messages.success(request, _("The portfolio is on file"))
                return redirect("organization:portfolio", pk)
            services.check(post, **facts)
            shown = _preview(post, facts, now)
        except Refused as refusal:
            status = onto(form, refusal)
    context = {"post": post, "form": form, "preview": shown, "looked": form.sign if shown else ""}
    return render(request, "organization/portfolios/change.html", context, status=status)


def _preview(post: Post, facts: dict[str, Any], now: Any) -> pages.Preview:
    others = services.others_with(post, facts["sectors"], facts["units"], on=facts["on"])
    told = {name: facts[name] for name in ("sectors", "units", "on", "alone")}
    return pages.preview(post, others=others, now=now, **told)


def _post(request: SignedIn, pk: int) -> Post:
    posts = Post.objects.filter(unit__county=county_of(request), role=Role.LEADER, active=True)
    return get_object_or_404(posts.select_related("unit__county", "holder"), pk=pk)
