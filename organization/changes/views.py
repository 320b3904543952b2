from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.refusals import Refused, onto, require, tell
from organization.changes import pages, services
from organization.changes.checks import check
from organization.changes.forms import ChangeForm
from organization.changes.models import Kind, UnitChange
from organization.changes.permissions import can_change_units, can_see_units
from organization.changes.words import in_words
from organization.requests import SignedIn, county_of
from organization.units.models import Unit


@require_GET
def unit(request: SignedIn, pk: int) -> HttpResponse:
    """One unit: what hangs on it, what it was, what is planned, what can be done."""
    county = county_of(request)
    if not (answer := can_see_units(request.user, county)):
        raise PermissionDenied(answer.why)
    found = get_object_or_404(Unit.objects.select_related("parent", "merged_into"), county=county, pk=pk)
    may = can_change_units(request.user, county).ok and found.active and not found.is_county
    context = pages.page(found, timezone.now()) | {"may": may, "kinds": Kind}
    return render(request, "organization/changes/unit.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """One of the four acts: typed, looked at, then done. What is typed anew is looked at anew."""
    county, now = county_of(request), timezone.now()
    if not (answer := can_change_units(request.user, county)):
        raise PermissionDenied(answer.why)
    if kind not in Kind.values:
        raise Http404
    found = get_object_or_404(Unit, county=county, pk=pk)
    initial = {"on": timezone.localdate(now), "version": services.seen_of(found)}
    form = ChangeForm(request.POST or None, initial=initial, unit=found, kind=kind)
    shown, status = None, 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and status == 200:
        try:
            if form.cleaned_data["looked"] == form.sign:
                return _done(request, form)
            check(form.change(), now=now)
            shown = pages.preview(form.change(), now)
        except Refused as refusal:
            status = onto(form, refusal)
    context = {
        "about": found,
        "kind": Kind(kind),
        "form": form,
        "preview": shown,
        "looked": form.sign if shown else "",
    }
    return render(request, "organization/changes/change.html", context, status=status)


def _done(request: SignedIn, form: ChangeForm) -> HttpResponse:
    made = services.plan_change(
        form.unit,
        kind=form.kind,
        by=request.user,
        now=timezone.now(),
        version=form.cleaned_data["version"],
        **form.facts,
    )
    said = in_words(made) if made.done_at else _("Planned: %(what)s") % {"what": in_words(made)}
    if made.done_at and made.kind == Kind.RENAME:
        undo.say(request, lambda: in_words(made), "unit_renamed", made.unit, now=timezone.now())
    else:
        messages.success(request, said)
    return redirect("organization:unit", made.unit_id)


@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """A planned change isn't wanted any more."""
    planned = get_object_or_404(UnitChange, county=county_of(request), pk=pk)
    try:
        require(can_change_units(request.user, planned.county_id))
        withdrawn = services.withdraw(planned, by=request.user, now=timezone.now())
        undo.say(
            request,
            lambda: _("Withdrawn: nothing is done on that day"),
            "unit_plan_withdrawn",
            withdrawn,
            now=timezone.now(),
        )
    except Refused as refusal:
        tell(request, refusal)
    return redirect("organization:unit", planned.unit_id)
