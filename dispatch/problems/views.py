"""The ledger of problems: board, one problem with its steps, and the part on a project's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.coded import label_of
from core.days.office import calendar
from core.panels import panels
from core.refusals import Refused, done, onto
from core.web import asked
from core.web.htmx import go, page_or_part
from dispatch.problems import board, forms, permissions
from dispatch.problems import services as problems
from dispatch.problems.lists import matching
from dispatch.problems.models import Problem, ProblemQuerySet
from dispatch.problems.owners import default_owner
from dispatch.problems.rules import ProblemRules
from organization.people.models import User
from organization.permissions import Answer, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.squads.models import Squad
from organization.units.models import Unit
from projects.models import Project


class Action(NamedTuple):
    """A step that the page of a problem offers: who may, its form, what it does, the word on its button."""

    code: str
    may: Callable[[User, Problem], Answer]
    form: type[Form]
    do: Callable[..., Problem]
    label: Any
    done: Any


ACTIONS = (
    Action(
        "answer",
        permissions.can_answer,
        forms.AnswerForm,
        problems.answer,
        gettext_lazy("Report the result"),
        gettext_lazy("The result is reported; who raised it is asked to confirm"),
    ),
    Action(
        "close",
        permissions.can_close,
        forms.CloseForm,
        problems.close,
        gettext_lazy("Close the problem"),
        gettext_lazy("The problem is closed"),
    ),
    Action(
        "reject",
        permissions.can_reject,
        forms.RejectForm,
        problems.reject,
        gettext_lazy("Not solved yet"),
        gettext_lazy("Given back to the owner, with a new day"),
    ),
    Action(
        "assign",
        permissions.can_assign,
        forms.AssignForm,
        problems.assign,
        gettext_lazy("Give to another unit"),
        gettext_lazy("Given to another unit, whose days count from the next working day"),
    ),
    Action(
        "note",
        permissions.can_note,
        forms.NoteForm,
        problems.note,
        gettext_lazy("Write down progress"),
        gettext_lazy("Written down"),
    ),
)


@require_GET
def index(request: SignedIn) -> HttpResponse:
    """The board; its filter is in the address, and the list has the same and more."""
    now, county = timezone.now(), request.user.county
    if county is None:
        raise Http404
    rules, days = rules_of(county), calendar()
    visible = Problem.objects.visible_to(request.user)
    found = _filtered(visible, request, timezone.localdate(now))
    waiting = found.filter(status=Problem.Status.OPEN)
    context = {
        "now": now,
        "summary": board.summary(visible, timezone.localdate(now), days),
        "climbing": problems.next_climbs(county, now=now).filter(pk__in=visible.values("pk")).count(),
        "categories": rules[ProblemRules].labels.items(),
        "units": Unit.objects.filter(pk__in=visible.values("owner_unit")),
        "due_workdays": rules[ProblemRules].due_workdays,
        "answered": [board.card(p, rules, now, days) for p in found.filter(status=Problem.Status.ANSWERED)[:20]],
        "lanes": board.lanes(waiting, county, rules, now, days),
    }
    return render(request, "dispatch/problems/board.html", context)


def _filtered(found: ProblemQuerySet, request: SignedIn, today: Any) -> ProblemQuerySet:
    get = request.GET
    if text := get.get("q", "").strip():
        found = found.filter(matching(text))
    if category := get.get("category"):
        found = found.filter(category=category)
    if unit := get.get("unit"):
        found = found.filter(owner_unit__code=unit)
    if "late" in get:
        found = found.filter(status=Problem.Status.OPEN, due_on__lt=today)
    return found.select_related("project", "owner_unit", "raised_unit")


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Raise a problem; `?project=` chooses the project."""
    county = request.user.county
    if county is None:
        raise Http404
    now, rules = timezone.now(), rules_of(county)
    form = forms.ProblemForm(
        request.POST or None,
        user=request.user,
        rules=rules,
        initial={"project": request.GET.get("project")},
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        project, proposed = facts.pop("project"), facts.pop("proposed_category")
        if not (answer := permissions.can_raise(request.user, project)):
            raise PermissionDenied(answer.why)
        if not facts["category"] and rules[ProblemRules].labels:
            return _propose(request, form, project)
        facts["guessed"] = facts["category"] == proposed
        told = {"by": request.user, "on": timezone.localdate(now), "now": now, **facts}
        if problem := done(form, lambda: problems.raise_problem(project, **told)):
            messages.success(request, _("The problem is raised; %(unit)s is told") % {"unit": problem.owner_unit})
            return go(request, "dispatch:problem", problem.pk)
    context = {"form": form, "due_workdays": rules[ProblemRules].due_workdays}
    return render(request, "dispatch/problems/form.html", context, status=422 if form.errors else 200)


def _propose(request: SignedIn, form: forms.ProblemForm, project: Project) -> HttpResponse:
    """The form with category and owner as its words say, to be looked at before the problem is raised."""
    rules = rules_of(project.county)[ProblemRules]
    category = rules.guess(f"{form.cleaned_data['title']} {form.cleaned_data['detail']}")
    unit = next(iter(units_of(request.user, county=project.county)), None)
    owner = default_owner(category, project, rules, timezone.localdate(), unit)
    context = {
        "form": form.proposed(category, owner),
        "due_workdays": rules.due_workdays,
        "proposed": rules.labels.get(category, ""),
    }
    return render(request, "dispatch/problems/form.html", context)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    problem = _visible(request, pk)
    return _page(request, problem)


def _visible(request: SignedIn, pk: int) -> Problem:
    found = Problem.objects.visible_to(request.user).select_related("project__lead_unit", "owner_unit", "raised_unit")
    return get_object_or_404(found, pk=pk)


def _page(
    request: SignedIn, problem: Problem, bound: tuple[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    now, on, rules = timezone.now(), timezone.localdate(), rules_of(county_of(request))
    answers = {action.code: action.may(request.user, problem) for action in ACTIONS}
    offered = [
        {
            "action": action,
            "form": bound[1] if bound and bound[0] == action.code else _form(action, request.user, problem),
        }
        for action in ACTIONS
        if answers[action.code]
    ]
    context = {
        "now": now,
        "problem": problem,
        "source": label_of(rules[ProblemRules].sources, problem.source),
        "card": board.card(problem, rules, now, calendar()),
        "steps": [(step, _level(rules, step.level)) for step in problem.steps.select_related("by")],
        "offered": offered,
        "why_not": answers["close"].why,
        "opened": bound[0] if bound else "",
        "buttons": panels("dispatch:problem", problem.pk, person=request.user, on=on, place="button"),
        "parts": panels("dispatch:problem", problem.pk, person=request.user, on=on),
        "ladder": [
            (level, n < problem.level, n == problem.level) for n, level in enumerate(rules[ProblemRules].ladder)
        ],
    }
    return render(request, "dispatch/problems/page.html", context, status=status)


def _form(action: Action, user: User, problem: Problem, data: Any = None) -> Form:
    if action.form is not forms.AssignForm:
        return action.form(data, prefix=action.code)
    chosen = {"category": problem.category, "owner_unit": problem.owner_unit_id}
    rules = rules_of(problem.county)
    return forms.AssignForm(data, prefix=action.code, user=user, rules=rules, initial=chosen)


def _level(rules: Any, number: int) -> str:
    ladder = rules[ProblemRules].ladder
    return ladder[min(number, len(ladder) - 1)].label if ladder else ""


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    problem = _visible(request, pk)
    chosen = next((a for a in ACTIONS if a.code == action), None)
    if chosen is None:
        raise Http404
    if not (answer := chosen.may(request.user, problem)):
        raise PermissionDenied(answer.why)
    form = _form(chosen, request.user, problem, request.POST)
    if not form.is_valid():
        return _page(request, problem, (action, form), status=422)
    now, facts = timezone.now(), form.cleaned_data
    facts["version"] = asked.seen(request)
    try:
        after = chosen.do(problem, by=request.user, on=timezone.localdate(now), now=now, **facts)
    except Refused as refusal:
        status = onto(form, refusal)
        return _page(request, _visible(request, pk), (action, form), status=status)
    if action == "close":
        undo.say(request, lambda: str(chosen.done), "problem_closed", after, now=now)
    else:
        messages.success(request, str(chosen.done))
    return go(request, "dispatch:problem", pk)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The problems of one project: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    now, rules, days = timezone.now(), rules_of(county_of(request)), calendar()
    found = Problem.objects.visible_to(request.user).filter(project=project).select_related("owner_unit", "project")
    cards = [board.card(problem, rules, now, days) for problem in found.open()]
    closed = found.filter(status=Problem.Status.CLOSED).count()
    may = permissions.can_raise(request.user, project)
    context = {"project": project, "cards": cards, "closed": closed, "may": may}
    return page_or_part(request, "dispatch/problems/of_project.html", "dispatch/problems/part.html", context)


@require_GET
def of_squad(request: SignedIn, pk: int) -> HttpResponse:
    """The open problems of a squad's projects: a part of its page, or a page of its own without JavaScript."""
    county = county_of(request)
    squad = get_object_or_404(Squad.objects.select_related("unit").filter(unit__county=county), pk=pk)
    now, rules, days = timezone.now(), rules_of(county), calendar()
    projects = Project.objects.of_squads(Squad.objects.filter(pk=squad.pk)).values("pk")
    found = Problem.objects.visible_to(request.user).filter(project__in=projects).open()
    found = found.select_related("owner_unit", "project")
    context = {"squad": squad, "cards": [board.card(problem, rules, now, days) for problem in found]}
    return page_or_part(request, "dispatch/problems/of_squad.html", "dispatch/problems/_of_squad.html", context)
