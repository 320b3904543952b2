"""The checklist of a project and its items; the desk of an authority is a list (`lists.py`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.refusals import Refused, done, onto
from core.web import asked
from core.web.htmx import go, page_or_part
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of, person
from projects.approvals import cells, desk, figures, forms, guides, pages
from projects.approvals import permissions as may
from projects.approvals import services as approvals
from projects.approvals.models import LEFT_OUT, ApprovalItem, ItemState
from projects.procedures import track_of
from projects.registry.models import Project
from projects.rules import ApprovalRules


def require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("county", "lead_unit")
    return get_object_or_404(found, pk=pk)


@require_GET
def checklist(request: SignedIn, pk: int) -> HttpResponse:
    """The checklist of one project: a part of its page, or a page of its own."""
    project, user, on = _project(request, pk), person(request), timezone.localdate()
    context = {
        "project": project,
        "list": pages.checklist(user, project, on),
        "may_draw": may.can_draw_up(user, project).ok,
        "on": on,
    }
    page, part = "projects/approvals/checklist.html", "projects/approvals/part.html"
    return page_or_part(request, page, part, context)


@require_http_methods(["GET", "POST"])
def draw_up(request: SignedIn, pk: int) -> HttpResponse:
    """Draw up a project's checklist by one of the county's tracks."""
    project, user = _project(request, pk), person(request)
    require(may.can_draw_up(user, project))
    tracks = rules_of(project.county)[ApprovalRules].tracks
    usual = track_of(tracks, project.investment_kind)
    initial = {"track": usual.code if usual else "", "version": project.version}
    form = forms.TrackForm(request.POST or None, tracks=tracks, initial=initial)
    act = partial(approvals.draw_up, project, by=user, now=timezone.now())
    if (made := done(form, lambda: act(**form.cleaned_data))) is not None:
        messages.success(request, _("%(n)s approvals are on the checklist now") % {"n": len(made)})
        return go(request, "projects:checklist", pk)
    context = {"project": project, "form": form, "title": _("Draw up the checklist"), "submit": _("Draw it up")}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def add(request: SignedIn, pk: int) -> HttpResponse:
    """Put one more approval on the checklist."""
    project, user = _project(request, pk), person(request)
    require(may.can_draw_up(user, project))
    there = set(project.approval_items.values_list("kind", flat=True))
    catalogue = rules_of(project.county)[ApprovalRules].catalogue
    kinds = [(one.code, str(one.name)) for one in catalogue if one.code not in there]
    form = forms.AddForm(request.POST or None, kinds=kinds, initial={"version": project.version})
    act = partial(approvals.add_item, project, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("It stands on the checklist now"))
        return go(request, "projects:checklist", pk)
    context = {"project": project, "form": form, "title": _("Add an approval"), "submit": _("Add it")}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


# one item -----------------------------------------------------------------------------------------------------------


class Action(NamedTuple):
    """A step that the page of an item offers: who may, when, its form, what it does, the words."""

    code: str
    may: Callable[[User, ApprovalItem], Answer]
    when: Callable[[pages.Line], bool]
    form: Callable[..., BaseForm]
    do: Callable[..., Any]
    label: Any
    done: Any


def _state_form(data: Any, line: pages.Line, **more: Any) -> BaseForm:
    names = rules_of(line.item.project.county)[ApprovalRules]
    kinds = line.item.project.approval_items.exclude(pk=line.item.pk).values_list("kind", flat=True)
    one = line.item
    initial = {"state": one.state, "reason": one.why, "until": one.tolerated_until, "into": one.merged_into}
    others = [(kind, names.name(kind)) for kind in kinds]
    return forms.StateForm(data, others=others, initial=initial | {"on": timezone.localdate()}, **more)


def _facts_form(data: Any, line: pages.Line, **more: Any) -> BaseForm:
    fresh = ApprovalItem.objects.get(pk=line.item.pk)  # what the form validates it writes onto its instance
    return forms.ItemForm(data, instance=fresh, **more)


def _today(form: type[BaseForm]) -> Callable[..., BaseForm]:
    return lambda data, line, **more: form(data, initial={"on": timezone.localdate()}, **more)


def _out(line: pages.Line) -> bool:
    return bool(line.rounds) and line.rounds[-1].answered_on is None


ACTIONS = (
    Action(
        "state",
        lambda user, item: may.can_set_item(user, item, ItemState.OPEN),
        lambda line: line.approval is None,
        _state_form,
        approvals.set_item,
        gettext_lazy("Write down how it stands"),
        gettext_lazy("Written down"),
    ),
    Action(
        "facts",
        may.can_change_item,
        lambda line: True,
        _facts_form,
        approvals.change_item,
        gettext_lazy("Assign it"),
        gettext_lazy("Saved"),
    ),
    Action(
        "argue",
        may.can_change_item,
        lambda line: line.approval is None and not _out(line) and line.item.state not in LEFT_OUT,
        _today(forms.ArgueForm),
        approvals.argue,
        gettext_lazy("Send it up to be argued"),
        gettext_lazy("The round is written down"),
    ),
    Action(
        "answer",
        may.can_change_item,
        _out,
        _today(forms.AnswerArgumentForm),
        approvals.answer_argument,
        gettext_lazy("Write down what came back"),
        gettext_lazy("The answer is written down"),
    ),
)


def _item(request: SignedIn, pk: int) -> ApprovalItem:
    found = ApprovalItem.objects.visible_to(person(request)).select_related("project__county", "project__lead_unit")
    return get_object_or_404(found, pk=pk)


def _line(request: SignedIn, item: ApprovalItem) -> tuple[pages.Line, pages.Checklist]:
    found = pages.checklist(person(request), item.project, timezone.localdate())
    return next(line for line in (*found.needed, *found.left_out) if line.item.pk == item.pk), found


@require_GET
def item(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _item(request, pk))


def _page(
    request: SignedIn, one: ApprovalItem, bound: tuple[str, BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page of one item; *bound* is the form that was refused."""
    line, _whole = _line(request, one)
    user = person(request)
    offered = [
        {"action": act, "form": bound[1] if bound and bound[0] == act.code else act.form(None, line, prefix=act.code)}
        for act in ACTIONS
        if act.when(line) and act.may(user, one)
    ]
    context = {"line": line, "project": one.project, "offered": offered, "opened": bound[0] if bound else ""}
    return render(request, "projects/approvals/item.html", context, status=status)


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    one, user, now = _item(request, pk), person(request), timezone.now()
    chosen = next((act for act in ACTIONS if act.code == action), None)
    if chosen is None:
        raise Http404
    require(chosen.may(user, one))
    form = chosen.form(request.POST, _line(request, one)[0], prefix=action)
    if not form.is_valid():
        return _page(request, one, (action, form), status=422)
    facts = form.cleaned_data | {"version": asked.seen(request)}
    try:
        made = chosen.do(one, by=user, now=now, **facts)
    except Refused as refusal:
        return _page(request, _item(request, pk), (action, form), status=onto(form, refusal))
    if action == "state" and made.state in LEFT_OUT and one.state == ItemState.OPEN:
        undo.say(request, lambda: str(chosen.done), "approval_item_left_out", made, now=now)
    else:
        messages.success(request, str(chosen.done))
    return go(request, "projects:checklist", one.project_id)


# the desk -----------------------------------------------------------------------------------------------------------


@require_POST
def work(request: SignedIn) -> HttpResponse:
    """What was typed in rows of the desk: each is written by itself; what is refused stays as it was typed."""
    user, now = person(request), timezone.now()
    require(may.can_see_approvals(user, county_of(request)))
    rows = [one for one in cells.of_post(request.POST) if one.changed]
    found = ApprovalItem.objects.filter(kind__in=list(may.kinds_of(user, county_of(request)))).visible_to(user)
    items = found.select_related("project__county", "project__lead_unit").in_bulk([one.pk for one in rows])
    answers = [desk.work(items.get(one.pk), one, by=user, now=now) for one in rows]
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"rows": {answer.typed.pk: answer.as_json() for answer in answers}})
    refused = [answer for answer in answers if answer.wrong]
    if not refused:
        messages.success(request, desk.said(answers))
        return go(request, "projects:approvals")
    context = {"refused": refused, "kept": len(answers) - len(refused)}
    return render(request, "projects/approvals/refused.html", context, status=max(one.status for one in refused))


@require_GET
def rates(request: SignedIn) -> HttpResponse:
    """Items obtained of those needed, by approval, authority and unit; the days from the filing on."""
    user, county, on = person(request), county_of(request), timezone.localdate()
    require(may.can_see_approvals(user, county))
    year = asked.number(request.GET.get("year"), 2000, 2100) or on.year
    office = user.is_office_of(county)
    found = figures.rates(county, year, None if office else may.kinds_of(user, county))
    context = {"rates": found, "year": year, "years": (on.year - 1, on.year), "office": office}
    return render(request, "projects/approvals/rates.html", context)


@require_GET
def guide(request: SignedIn) -> HttpResponse:
    """What each kind of project needs, in which order, with which papers, in how many days, from whom."""
    county = county_of(request)
    return render(request, "projects/approvals/guide.html", {"tracks": guides.tracks(county), "county": county})
