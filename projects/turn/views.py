"""The turn of the year on one page: what becomes of each project, and the next step of the office."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import undo
from core.records.order import last
from core.refusals import Refused, done, tell
from core.web import asked
from core.web.htmx import go
from organization.requests import SignedIn, county_of, person
from projects.turn import services
from projects.turn.force import without_amount
from projects.turn.forms import NEXT, TurnForm, decided
from projects.turn.models import Becomes, TurnLine, TurnOfYear
from projects.turn.passage import prepared_from
from projects.turn.permissions import can_turn_year


@require_http_methods(["GET", "POST"])
def turn(request: SignedIn, year: int) -> HttpResponse:
    """Prepared, lines decided, sent round, agreed, in force: each a press of its own button."""
    user, county, today = person(request), county_of(request), timezone.localdate()
    if not (may := can_turn_year(user, county)):
        raise PermissionDenied(may.why)
    if abs(year - today.year) > 1:
        raise Http404
    kept = TurnOfYear.objects.filter(county=county, year=year).first()
    lines = (
        list(kept.lines.select_related("project__lead_unit").order_by(last("project__number"), "pk")) if kept else []
    )
    pressed = request.POST.get("do", "")
    if request.method == "POST" and pressed in ("prepare", "decide"):
        if _without_form(request, kept, lines, year):
            return go(request, request.path)
        _as_typed(request, lines)
    act = NEXT.get(kept.state, "") if kept else ""
    form = TurnForm(
        request.POST if pressed and pressed == act else None, do=act, initial={"version": kept.version if kept else 0}
    )
    if kept and act and pressed == act and _step(request, kept, act, form):
        return go(request, request.path)
    context: dict[str, Any] = {"turn": kept, "lines": lines, "year": year, "form": form, "act": act}
    context |= {"choices": Becomes.choices, "open": act in ("send", "agree"), "early": today < prepared_from(year)}
    context |= {"from": prepared_from(year), "lacks": without_amount(kept) if kept and act else []}
    return render(request, "projects/turn/turn.html", context, status=422 if request.method == "POST" else 200)


def _without_form(request: SignedIn, kept: TurnOfYear | None, lines: list[TurnLine], year: int) -> bool:
    """Whether it was done; else the page says why not."""
    told: dict[str, Any] = {"by": person(request), "now": timezone.now()}
    try:
        if request.POST["do"] == "prepare" or kept is None:
            services.prepare_turn(county_of(request), year, **told)
            messages.success(request, _("The turn into %(year)s is prepared") % {"year": year})
        else:
            services.decide_lines(kept, decided(request.POST, lines), version=asked.seen(request), **told)
            messages.success(request, _("What becomes of the projects is saved"))
    except Refused as refusal:
        tell(request, refusal, _("Turn of the year"))
        return False
    return True


def _as_typed(request: SignedIn, lines: list[TurnLine]) -> None:
    """What was refused stands on the page as it was typed."""
    typed = decided(request.POST, lines)
    for line in lines:
        line.becomes, line.reason = typed.get(line.project_id, (line.becomes, line.reason))


def _step(request: SignedIn, kept: TurnOfYear, act: str, form: TurnForm) -> bool:
    """The next step; whether it was made. What is wrong stands on the form."""
    verbs: dict[str, Any] = {
        "send": services.send_round,
        "agree": services.agree_turn,
        "force": services.put_in_force,
    }
    verb = partial(verbs[act], kept, by=person(request), now=timezone.now())
    made = done(form, lambda: verb(**form.cleaned_data))
    if made is None:
        return False
    if act == "force":
        undo.say(request, made.words, services.PUT_IN_FORCE, made, now=timezone.now())
    else:
        messages.success(request, _("Saved."))
    return True
