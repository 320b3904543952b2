"""The ledger of problems: board, one problem with its steps, and the part on a project's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
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
from dispatch.problems import board, forms, origins, permissions, road
from dispatch.problems import services as problems
from dispatch.problems.due import nobodys
from dispatch.problems.handling import forms as handling_forms
from dispatch.problems.handling import permissions as handling_permissions
from dispatch.problems.handling import services as handling
from dispatch.problems.lists import matching
from dispatch.problems.models import Consultation, Problem, ProblemQuerySet, ProblemStep
from dispatch.problems.owners import default_owner
from dispatch.problems.rules import ProblemRules
from dispatch.problems.together import groups
from organization.people.models import User
from organization.permissions import Answer, units_of
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from organization.squads.models import Squad
from organization.units.models import Unit, UnitKind
from projects.models import Project


class Action(NamedTuple):
    """A step that the page of a problem offers: who may, its form, what it does, the word on its button."""

    code: str
    may: Callable[[User, Problem], Answer]
    form: type[Form]
    do: Callable[..., Problem]
    label: Any
    done: Any


def _today(may: Callable[..., Answer]) -> Callable[[User, Problem], Answer]:
    return lambda user, problem: may(user, problem, on=timezone.localdate())


ACTIONS = (
    Action(
        "place",
        handling_permissions.can_place,
        handling_forms.PlaceForm,
        handling.place,
        gettext_lazy("Place it"),
        gettext_lazy("Placed: who answers at its level is told"),
    ),
    Action(
        "answer_more",
        handling_permissions.can_answer_more,
        handling_forms.MoreForm,
        handling.answer_more,
        gettext_lazy("Answer who asks for more days"),
        gettext_lazy("Answered; the owner is told"),
    ),
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
        "consult",
        handling_permissions.can_consult,
        handling_forms.ConsultForm,
        handling.consult,
        gettext_lazy("Write a consultation down"),
        gettext_lazy("Written down; its unit reports to the leader of the level"),
    ),
    Action(
        "report_up",
        handling_permissions.can_report_up,
        handling_forms.ReportUpForm,
        handling.report_up,
        gettext_lazy("Report to the leader of its level"),
        gettext_lazy("Reported; the leader is told"),
    ),
    Action(
        "hand_up",
        handling_permissions.can_hand_up,
        handling_forms.HandUpForm,
        handling.hand_up,
        gettext_lazy("Hand it up"),
        gettext_lazy("Handed up: who answers at the next level is told"),
    ),
    Action(
        "hand_down",
        handling_permissions.can_hand_down,
        handling_forms.HandDownForm,
        handling.hand_down,
        gettext_lazy("Hand it back down"),
        gettext_lazy("Handed back down: who answers there is told"),
    ),
    Action(
        "ask_more",
        _today(handling_permissions.can_ask_more),
        handling_forms.UntilForm,
        handling.ask_more,
        gettext_lazy("Ask for more days"),
        gettext_lazy("Asked: the office answers"),
    ),
    Action(
        "wait",
        _today(handling_permissions.can_let_wait),
        handling_forms.UntilForm,
        handling.let_wait,
        gettext_lazy("Let it wait"),
        gettext_lazy("It waits; what is left of its days counts from there"),
    ),
    Action(
        "merge",
        handling_permissions.can_merge,
        handling_forms.MergeForm,
        handling.merge,
        gettext_lazy("Merge with its double"),
        gettext_lazy("Merged: its double goes on for both"),
    ),
    Action(
        "open_again",
        handling_permissions.can_open_again,
        handling_forms.ReasonForm,
        handling.open_again,
        gettext_lazy("Open it again"),
        gettext_lazy("Opened again; the owner has a new day"),
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
    found = _filtered(visible, request, rules[ProblemRules], timezone.localdate(now))
    waiting = found.filter(status=Problem.Status.OPEN).exclude(placed_on=None)
    context = {
        "now": now,
        "summary": board.summary(visible, timezone.localdate(now), days),
        "climbing": problems.next_climbs(county, now=now).filter(pk__in=visible.values("pk")).count(),
        "categories": rules[ProblemRules].grouped,
        "units": Unit.objects.filter(pk__in=visible.values("owner_unit")),
        "due_workdays": rules[ProblemRules].due_workdays,
        "climbs": rules[ProblemRules].climbs,
        "answered": [board.card(p, rules, now, days) for p in found.filter(status=Problem.Status.ANSWERED)[:20]],
        "unplaced": [board.card(p, rules, now, days) for p in found.unplaced()[:20]],
        "lanes": board.lanes(waiting, county, rules, now, days),
    }
    return render(request, "dispatch/problems/board.html", context)


def _filtered(found: ProblemQuerySet, request: SignedIn, rules: ProblemRules, today: Any) -> ProblemQuerySet:
    get = request.GET
    if text := get.get("q", "").strip():
        found = found.filter(matching(text))
    if category := get.get("category"):
        found = found.filter(category__in=rules.within([category]))
    if unit := get.get("unit"):
        found = found.filter(owner_unit__code=unit)
    if "late" in get:
        found = found.filter(status=Problem.Status.OPEN, due_on__lt=today)
    return found.select_related("project", "owner_unit", "raised_unit")


@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Raise a problem; `?project=` chooses the project, `?visit=` and `?lead=` carry over where it came up."""
    county = request.user.county
    if county is None:
        raise Http404
    now, rules, origin = timezone.now(), rules_of(county), origins.found(request.user, request.GET)
    form = forms.ProblemForm(
        request.POST or None,
        user=request.user,
        rules=rules,
        initial={"project": request.GET.get("project"), **origins.words(origin)},
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        project, proposed = facts.pop("project"), facts.pop("proposed_category")
        if not (answer := permissions.can_raise(request.user, project)):
            raise PermissionDenied(answer.why)
        if not facts["category"] and rules[ProblemRules].labels:
            return _propose(request, form, project, origin)
        facts["guessed"] = facts["category"] == proposed
        told = {"by": request.user, "on": timezone.localdate(now), "now": now, **facts, **origin}
        if problem := done(form, lambda: problems.raise_problem(project, **told)):
            messages.success(request, _("The problem is raised; %(unit)s is told") % {"unit": problem.owner_unit})
            return go(request, "dispatch:problem", problem.pk)
    context = {
        "form": form,
        "due_workdays": rules[ProblemRules].due_workdays,
        "climbs": rules[ProblemRules].climbs,
        **origin,
    }
    return render(request, "dispatch/problems/form.html", context, status=422 if form.errors else 200)


def _propose(request: SignedIn, form: forms.ProblemForm, project: Project, origin: dict[str, Any]) -> HttpResponse:
    """The form with category and owner as its words say, to be looked at before the problem is raised."""
    rules = rules_of(project.county)[ProblemRules]
    category = rules.guess(f"{form.cleaned_data['title']} {form.cleaned_data['detail']}")
    unit = next(iter(units_of(request.user, county=project.county)), None)
    owner = default_owner(category, project, rules, timezone.localdate(), unit)
    context = {
        "form": form.proposed(category, owner),
        "due_workdays": rules.due_workdays,
        "climbs": rules.climbs,
        "proposed": rules.labels.get(category, ""),
        **origin,
    }
    return render(request, "dispatch/problems/form.html", context)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    problem = _visible(request, pk)
    return _page(request, problem)


def _visible(request: SignedIn, pk: int) -> Problem:
    found = Problem.objects.visible_to(request.user).select_related(
        "project__lead_unit", "owner_unit", "raised_unit", "merged_into", "visit__post__unit", "lead"
    )
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
    steps = list(problem.steps.select_related("by").prefetch_related("files"))
    climbed = {step.level for step in steps if step.kind == ProblemStep.Kind.ESCALATED}
    context = {
        "now": now,
        "problem": problem,
        "source": label_of(rules[ProblemRules].sources, problem.source),
        "card": board.card(problem, rules, now, calendar()),
        "category": rules[ProblemRules].in_full(problem.category),
        "steps": [(step, _level(rules, step.level)) for step in steps],
        "offered": offered,
        "why_not": answers["close"].why,
        "nobodys": nobodys(problem, rules[ProblemRules]) if _nobodys(problem, rules) else "",
        "road": road.road(problem, rules, now, calendar()),
        "consultations": consultations(problem, rules, on),
        "sees": origins.seen(request.user, problem),
        "doubles": problem.doubles.select_related("project"),
        "opened": bound[0] if bound else "",
        "buttons": panels("dispatch:problem", problem.pk, person=request.user, on=on, place="button"),
        "parts": panels("dispatch:problem", problem.pk, person=request.user, on=on),
        "ladder": [
            (level, n + 1 in climbed, n == problem.level) for n, level in enumerate(rules[ProblemRules].ladder)
        ],
    }
    return render(request, "dispatch/problems/page.html", context, status=status)


OF_THE_PROBLEM = handling_forms.MergeForm | handling_forms.ConsultForm | handling_forms.HandDownForm


def _form(action: Action, user: User, problem: Problem, data: Any = None, files: Any = None) -> Form:
    if issubclass(action.form, OF_THE_PROBLEM):
        return action.form(data, prefix=action.code, user=user, problem=problem)
    if not issubclass(action.form, forms.AssignForm):
        return action.form(data, files, prefix=action.code)
    chosen = {"category": problem.category, "owner_unit": problem.owner_unit_id, "level": problem.level}
    rules = rules_of(problem.county)
    return action.form(data, prefix=action.code, user=user, rules=rules, initial=chosen)


def _nobodys(problem: Problem, rules: Any) -> bool:
    """Whether it lies with the office since the county names nobody for its category."""
    unplaced = problem.status == Problem.Status.OPEN and problem.placed_on is None
    return unplaced and problem.owner_unit.kind == UnitKind.OFFICE and problem.category in rules[ProblemRules].labels


def consultations(problem: Problem, rules: Any, on: Any) -> list[tuple[Consultation, str, bool]]:
    """The consultations on *problem*, each with the label of its level and whether the report on it is late."""
    found = problem.consultations.select_related("led_by", "by")
    return [(one, _level(rules, one.level), one.reported_on is None and one.report_due < on) for one in found]


def _level(rules: Any, number: int) -> str:
    ladder = rules[ProblemRules].ladder
    return ladder[min(number, len(ladder) - 1)].label if ladder else ""


TAKEN_BACK = {"close": "problem_closed", "merge": "problem_merged"}  # by which act of undo


@require_GET
def proof(request: SignedIn, pk: int, file_pk: int) -> FileResponse:
    """A photo or a paper that came with a step, always as a download."""
    steps = _visible(request, pk).steps.filter(files=file_pk).order_by("pk")
    step = get_object_or_404(steps[:1])
    kept = step.files.get(pk=file_pk)
    return FileResponse(kept.content.open(), content_type=kept.kind, filename=kept.name, as_attachment=True)


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    problem = _visible(request, pk)
    chosen = next((a for a in ACTIONS if a.code == action), None)
    if chosen is None:
        raise Http404
    if not (answer := chosen.may(request.user, problem)):
        raise PermissionDenied(answer.why)
    form = _form(chosen, request.user, problem, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, problem, (action, form), status=422)
    now, facts = timezone.now(), form.cleaned_data
    facts["version"] = asked.seen(request)
    try:
        after = chosen.do(problem, by=request.user, on=timezone.localdate(now), now=now, **facts)
    except Refused as refusal:
        status = onto(form, refusal)
        return _page(request, _visible(request, pk), (action, form), status=status)
    if action in TAKEN_BACK:
        undo.say(request, lambda: str(chosen.done), TAKEN_BACK[action], after, now=now)
    else:
        messages.success(request, str(chosen.done))
    return go(request, "dispatch:problem", pk)


@require_GET
def together(request: SignedIn) -> HttpResponse:
    """The same problem in many projects seen as one: the open ones by category and place, with their count."""
    county = county_of(request)
    found = groups(Problem.objects.visible_to(request.user), rules_of(county)[ProblemRules], timezone.localdate())
    return render(request, "dispatch/problems/together.html", {"groups": found, "now": timezone.now()})


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The problems of one project: a part of its page, or a page of its own without JavaScript."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    now, rules, days = timezone.now(), rules_of(county_of(request)), calendar()
    found = Problem.objects.visible_to(request.user).filter(project=project).select_related("owner_unit", "project")
    cards = [board.card(problem, rules, now, days) for problem in found.open()]
    lain = road.roads([card.problem for card in cards], rules, now, days)
    for card in cards:
        card.road = road.in_words(lain[card.problem.pk])
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
