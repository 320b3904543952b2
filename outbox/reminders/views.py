from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.amounts import figures
from core.due import kinds
from core.refusals import Refused, tell
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from outbox.reminders import pages, services
from outbox.reminders.forms import PauseForm
from outbox.reminders.models import Pause
from outbox.rules import ReminderRules


@require_GET
def mine(request: SignedIn) -> HttpResponse:
    """What one is reminded of: each kind and each thing can be put off and taken up again."""
    county, now = county_of(request), timezone.now()
    items = pages.mine(request.user, county, now)
    context = {
        "kinds": pages.kind_lines(request.user, items, now),
        "items": pages.item_lines(request.user, items, now),
        "tomorrow": timezone.localdate(now) + timedelta(days=1),
        "last": timezone.localdate(now) + services.LONGEST_PAUSE,
        "rules": rules_of(county)[ReminderRules],
        "now": now,
    }
    return render(request, "outbox/reminders.html", context)


@require_POST
def put_off(request: SignedIn) -> HttpResponse:
    """Not reminded of a kind or of one thing, for a while."""
    form, now = PauseForm(request.POST), timezone.now()
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("outbox:reminders")
    kind, item, until = (form.cleaned_data[name] for name in ("kind", "item", "until"))
    found = [one for one in pages.mine(request.user, county_of(request), now) if item and one.key == item]
    said = pages.told(found[0]) if found else str(kinds().get(kind, ""))
    try:
        services.put_off(request.user, kind=kind, item=found[0].key if found else "", said=said, until=until, now=now)
    except Refused as refusal:
        tell(request, refusal)
        return redirect("outbox:reminders")
    day = figures.day(until, timezone.localdate(now)) if until else ""
    words = (
        _("Not reminded of until the morning of %(day)s: %(what)s")
        if until
        else _("Not reminded of any more: %(what)s")
    )
    messages.success(request, words % {"day": day, "what": said})
    return redirect("outbox:reminders")


@require_POST
def take_up(request: SignedIn, pk: int) -> HttpResponse:
    pause = get_object_or_404(Pause, pk=pk, person=request.user)
    services.take_up(pause)
    messages.success(request, _("Reminded of again: %(what)s") % {"what": pause.said or kinds().get(pause.kind, "")})
    return redirect("outbox:reminders")
