"""The register of issued papers: a paper entered by hand, a number made void. The list is the kit's."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.refusals import done
from core.web import asked
from core.web.forms import ReasonForm
from core.web.htmx import go
from dispatch.numbers import services as numbers
from dispatch.numbers.forms import EnterForm
from dispatch.numbers.models import PaperNumber
from dispatch.numbers.permissions import can_enter_paper, can_void_number
from organization.requests import SignedIn, county_of


@require_http_methods(["GET", "POST"])
def enter(request: SignedIn) -> HttpResponse:
    """A paper that wasn't made here."""
    if not (answer := can_enter_paper(request.user, request.user.county)):
        raise PermissionDenied(answer.why)
    county, now = county_of(request), timezone.now()
    form = EnterForm(request.POST or None, county=county, on=timezone.localdate(now))

    def act() -> PaperNumber:
        return numbers.enter_paper(county, by=request.user, now=now, **form.cleaned_data)

    if row := done(form, act):
        messages.success(request, _("%(number)s is in the register") % {"number": row.text})
        return go(request, "dispatch:numbers")
    return render(request, "dispatch/numbers/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def void(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why a number is void; it stays in the register."""
    row = get_object_or_404(PaperNumber.objects.visible_to(request.user).select_related("county"), pk=pk)
    if not (answer := can_void_number(request.user, row)):
        raise PermissionDenied(answer.why)
    form, version, now = ReasonForm(request.POST or None), asked.seen(request), timezone.now()
    form.fields["reason"].label = _("Why the number is void")

    def act() -> PaperNumber:
        return numbers.void_number(row, by=request.user, now=now, version=version, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("%(number)s is void and stays in the register") % {"number": row.text})
        return go(request, "dispatch:numbers")
    context = {"form": form, "row": row, "version": version}
    return render(request, "dispatch/numbers/void.html", context, status=422 if form.errors else 200)
