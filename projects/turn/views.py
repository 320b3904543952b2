"""The turn of the year: what becomes of each project and list, the office's next step; the units' answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import undo
from core.refusals import Refused, done, tell
from core.web import asked
from core.web.htmx import go, page_or_part
from organization.permissions import UNIT_ROLES, units_of
from organization.requests import SignedIn, county_of, person
from projects.registry.models import Project
from projects.turn import pages, services
from projects.turn.force import without_amount
from projects.turn.forms import NEXT, AgainForm, AnswerForm, TurnForm, decided
from projects.turn.lists_of_year import going
from projects.turn.models import Becomes, TurnAnswer, TurnLine, TurnOfYear
from projects.turn.passage import prepared_from
from projects.turn.permissions import can_turn_year

WITHOUT_FORM = ("prepare", "decide", "lists")


@require_http_methods(["GET", "POST"])
def turn(request: SignedIn, year: int) -> HttpResponse:
    """Prepared, lines and lists decided, sent round, agreed, in force: each a press of its own button."""
    kept, pressed = _kept(request, year), request.POST.get("do", "")
    page = pages.page_of(kept, request.GET.get("page")) if kept else None
    lines: list[TurnLine] = list(page.object_list) if page else []
    if request.method == "POST" and pressed in WITHOUT_FORM:
        if _without_form(request, kept, lines, year):
            return go(request, request.get_full_path())
        _as_typed(request, lines)
    act = NEXT.get(kept.state, "") if kept else ""
    form = TurnForm(
        request.POST if pressed and pressed == act else None, do=act, initial={"version": kept.version if kept else 0}
    )
    if kept and act and pressed == act and _step(request, kept, act, form):
        return go(request, request.path)
    context = {"turn": kept, "page": page, "year": year, "form": form, "act": act, **_shown(request, kept, lines, act)}
    context |= {"early": timezone.localdate() < prepared_from(year), "from": prepared_from(year)}
    return render(request, "projects/turn/turn.html", context, status=422 if request.method == "POST" else 200)


def _kept(request: SignedIn, year: int) -> TurnOfYear | None:
    county = county_of(request)
    if not (may := can_turn_year(person(request), county)):
        raise PermissionDenied(may.why)
    if abs(year - timezone.localdate().year) > 1:
        raise Http404
    return TurnOfYear.objects.filter(county=county, year=year).select_related("county").first()


def _shown(request: SignedIn, kept: TurnOfYear | None, lines: list[TurnLine], act: str) -> dict[str, Any]:
    if kept is None:
        return {}
    return {
        "choices": Becomes.choices,
        "open": act in ("send", "agree"),
        "lines": pages.lines_of(kept, lines),
        "hand": pages.hand_lists(kept),
        "leaders": pages.leaders(kept.county),
        "lists": going(kept, person(request), timezone.now()),
        "answers": pages.answered(kept) if kept.fill_by else [],
        "lacks": without_amount(kept) if act else [],
    }


def _without_form(request: SignedIn, kept: TurnOfYear | None, lines: list[TurnLine], year: int) -> bool:
    """Whether it was done; else the page says why not."""
    told: dict[str, Any] = {"by": person(request), "now": timezone.now()}
    try:
        if request.POST["do"] == "prepare" or kept is None:
            services.prepare_turn(county_of(request), year, **told)
            messages.success(request, _("The turn into %(year)s is prepared") % {"year": year})
        elif request.POST["do"] == "lists":
            services.decide_lists(kept, request.POST.getlist("goes"), version=asked.seen(request), **told)
            messages.success(request, _("Which lists go on is saved"))
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
        if (one := typed.get(line.project_id)) is not None:
            line.becomes, line.reason = one.becomes, one.reason
            line.sponsor_id = line.sponsor_id if one.sponsor is None else one.sponsor or None
            line.lists = line.lists if one.lists is None else list(one.lists)


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


@require_http_methods(["GET", "POST"])
def back(request: SignedIn, year: int) -> HttpResponse:
    """A unit sends its figures of the year back to the office, once it has seen what is missing."""
    user, county = person(request), county_of(request)
    if not (mine := units_of(user, *UNIT_ROLES, county=county)):
        raise PermissionDenied(_("Only the unit that leads the projects sends their figures back"))
    kept = get_object_or_404(TurnOfYear.objects.filter(county=county).select_related("county"), year=year)
    unit = next(iter(pages.owing_units(user, year)), mine[0])
    answer = kept.answers.filter(unit=unit).first()
    form = AnswerForm(request.POST or None, initial={"version": answer.version if answer else 0})
    act = partial(services.answer_turn, kept, unit, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("The figures of %(unit)s were sent back to the office") % {"unit": unit})
        return go(request, "projects:turn_back", year)
    lines, lacks = pages.of_unit(kept, unit)
    context: dict[str, Any] = {
        "turn": kept,
        "unit": unit,
        "answer": answer,
        "form": form,
        "lines": lines,
        "lacks": lacks,
    }
    context["open"] = kept.state == TurnOfYear.State.SENT and not (answer and answer.sent_at)
    return render(request, "projects/turn/back.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def again(request: SignedIn, year: int, pk: int) -> HttpResponse:
    """The office asks a unit for its figures again, with the reason."""
    kept = _kept(request, year)
    answer = get_object_or_404(TurnAnswer.objects.filter(turn=kept).select_related("unit"), pk=pk)
    form = AgainForm(request.POST or None, initial={"version": answer.version})
    act = partial(services.ask_again, answer, by=person(request), now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("%(unit)s is asked for its figures again") % {"unit": answer.unit})
        return go(request, "projects:turn", year)
    context = {"year": year, "answer": answer, "form": form}
    return render(request, "projects/turn/again.html", context, status=422 if form.errors else 200)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """What becomes of one project at the turn: a part of its page, or a page of its own."""
    project = get_object_or_404(Project.objects.visible_to(person(request)).select_related("county"), pk=pk)
    context = {"project": project, "lines": pages.of_project(project, timezone.localdate())}
    return page_or_part(request, "projects/turn/of_project.html", "projects/turn/_of_project.html", context)
