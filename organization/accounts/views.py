"""Accounts for many posts at once, and what is handed over to their holders."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from core import exports
from core.refusals import done
from core.web.asked import keys
from core.web.htmx import go
from core.web.twice import by_itself
from organization.accounts import services
from organization.accounts.exports import open_slips
from organization.accounts.forms import OpenForm
from organization.accounts.models import AccountSlips
from organization.accounts.pages import MOST, candidates
from organization.permissions import can_manage_people, kept_apart
from organization.requests import SignedIn, county_of


@by_itself
@require_http_methods(["GET", "POST"])
def open_accounts(request: SignedIn) -> HttpResponse:
    """Who has no account yet, each with a name to sign in with; those that are ticked get one, all at once."""
    if not (answer := can_manage_people(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    county, found = county_of(request), candidates(county_of(request))
    ticked = frozenset(keys(request.GET.getlist("unit")))
    found.sort(key=lambda one: one.unit.pk not in ticked)  # those that one came for stand first
    form = OpenForm(request.POST or None, of=found[:MOST], ticked=ticked)
    if request.method == "POST" and form.is_valid():
        wanted, by, now = form.wanted(), request.user, timezone.now()
        opened = done(form, lambda: (services.open_accounts(county, wanted, by=by, now=now, site=_site(request)),))
        if opened:
            said = ngettext("%(n)s account is open", "%(n)s accounts are open", len(wanted)) % {"n": len(wanted)}
            messages.success(request, said)
            [slips] = opened
            return (
                go(request, "organization:account_slips", pk=slips.pk) if slips else go(request, "organization:people")
            )
    context = {"form": form, "more": len(found[MOST:]), "apart": kept_apart(request.user, county)}
    return render(request, "organization/accounts/open.html", context, status=422 if form.errors else 200)


def _site(request: HttpRequest) -> str:
    """Where people sign in: the address in the settings, else the one that this page was asked for by."""
    if "localhost" in settings.SITE_URL:
        return request.build_absolute_uri("/")
    return f"{settings.SITE_URL.rstrip('/')}/"


@require_GET
def account_slips(request: SignedIn, pk: int) -> HttpResponse:
    """What is to be handed over, for an hour and for who opened the accounts."""
    row = get_object_or_404(AccountSlips, pk=pk, by=request.user)
    if (slips := services.slips_of(row, by=request.user, now=timezone.now())) is None:
        raise Http404
    response = render(request, "organization/accounts/slips.html", {"slips": slips, "row": row})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def account_slips_file(request: SignedIn, pk: int) -> HttpResponseBase:
    """The slips as a paper, a page each, made by a worker."""
    now = timezone.now()
    return exports.answer(request, open_slips(request.user, QueryDict(f"slips={pk}"), now), now=now)
