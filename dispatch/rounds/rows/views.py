"""What is done with single rows of a round: the office spares or returns them, a unit asks for more days."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.refusals import Refused
from core.web import asked
from core.web.forms import DateField
from core.web.htmx import go
from dispatch.rounds.models import Extension, Round
from dispatch.rounds.permissions import can_answer_more_days, can_ask_more_days, can_spare
from dispatch.rounds.rows import services as rows
from organization.permissions import UNIT_ROLES, units_of
from organization.requests import SignedIn
from organization.units.models import Unit


def _round(request: SignedIn, pk: int) -> Round:
    return get_object_or_404(Round.objects.select_related("county"), pk=pk, county=request.user.county)


def _back(request: SignedIn, opened: Round, unit: int | None = None) -> HttpResponse:
    address = reverse("dispatch:round", args=[opened.pk])
    return go(request, f"{address}?unit={unit}#of" if unit else address)


@require_POST
def settle_rows(request: SignedIn, pk: int) -> HttpResponse:
    """The ticked rows aren't needed this time, are needed after all, or go back: as the pressed button says."""
    opened, by, now = _round(request, pk), request.user, timezone.now()
    if not (answer := can_spare(by, opened.county_id)):
        raise PermissionDenied(answer.why)
    chosen, reason = asked.keys(request.POST.getlist("row")), request.POST.get("reason", "")
    do = request.POST.get("do")
    try:
        if do == "need":
            n = rows.need(opened, chosen, by=by, now=now)
            said = ngettext("%(n)s row is needed after all", "%(n)s rows are needed after all", n)
        elif do == "return":
            n = rows.return_rows(opened, chosen, by=by, now=now, reason=reason)
            said = ngettext("%(n)s row went back", "%(n)s rows went back", n)
        else:
            n = rows.spare(opened, chosen, by=by, now=now, reason=reason)
            said = ngettext("%(n)s row isn't needed this time", "%(n)s rows aren't needed this time", n)
        messages.success(request, said % {"n": n})
    except Refused as refusal:
        messages.error(request, refusal.why)
    return _back(request, opened, asked.key(request.POST.get("unit", "")))


class UntilForm(forms.Form):
    until = DateField(required=False)


def _day(request: SignedIn) -> date | None:
    form = UntilForm(request.POST)
    return form.cleaned_data["until"] if form.is_valid() else None


@require_POST
def ask(request: SignedIn, pk: int) -> HttpResponse:
    """A unit asks for more days."""
    opened = _round(request, pk)
    own = units_of(request.user, *UNIT_ROLES, county=request.user.county) if request.user.county else []
    named = Unit.objects.filter(pk=asked.key(request.POST.get("unit", "")) or 0, county=request.user.county).first()
    unit = named or next(iter(own), None)
    if unit is None or not (answer := can_ask_more_days(request.user, unit)):
        raise PermissionDenied(answer.why if unit else _("You work for no unit that reports."))
    until = _day(request)
    if until is None:
        messages.error(request, _("Choose the day until which you need."))
        return _back(request, opened, unit.pk)
    try:
        rows.ask_more_days(
            opened, unit, until=until, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now()
        )
        messages.success(request, _("Asked for more days; the office answers."))
    except Refused as refusal:
        messages.error(request, refusal.why)
    return _back(request, opened, unit.pk)


@require_POST
def answer(request: SignedIn, pk: int, extension: int) -> HttpResponse:
    """The office gives more days, or doesn't."""
    opened = _round(request, pk)
    if not (may := can_answer_more_days(request.user, opened.county_id)):
        raise PermissionDenied(may.why)
    asked_for = get_object_or_404(Extension.objects.select_related("round"), pk=extension, round=opened)
    refuses, until = request.POST.get("do") == "refuse", _day(request)
    if not refuses and until is None:
        messages.error(request, _("Choose the day until which it has time."))
        return _back(request, opened)
    try:
        done = rows.answer_more_days(
            asked_for,
            until=None if refuses else until,
            reason=request.POST.get("reason", ""),
            by=request.user,
            now=timezone.now(),
        )
        said = _("%(unit)s has no more days.") if done.given is None else _("%(unit)s has more days.")
        messages.success(request, said % {"unit": done.unit})
    except Refused as refusal:
        messages.error(request, refusal.why)
    return _back(request, opened)
