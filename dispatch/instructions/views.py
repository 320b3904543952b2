"""Leaders' instructions: written, one with what was said in turn, and the parts on pages of projects and problems."""

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

from core.refusals import Refused, done, onto
from core.web import asked
from core.web.htmx import go, page_or_part
from dispatch.instructions import forms, pages, permissions
from dispatch.instructions import services as instructions
from dispatch.instructions.models import Instruction, InstructionQuerySet
from dispatch.instructions.rules import InstructionRules
from dispatch.instructions.silent import red_light
from dispatch.problems.models import Problem
from organization.people.models import User
from organization.permissions import Answer
from organization.profiles.rules import rules_of
from organization.requests import SignedIn, county_of
from projects.models import Project


class Action(NamedTuple):
    """A step that the page of an instruction offers: who may, its form, what it does, the word on its button."""

    code: str
    may: Callable[[User, Instruction], Answer]
    form: type[Form]
    do: Callable[..., Instruction]
    label: Any
    done: Any


ACTIONS = (
    Action(
        "answer",
        permissions.can_answer_instruction,
        forms.AnswerForm,
        instructions.answer_instruction,
        gettext_lazy("Answer"),
        gettext_lazy("The answer is with the leader"),
    ),
    Action(
        "accept",
        permissions.can_settle,
        forms.WordForm,
        instructions.accept_answer,
        gettext_lazy("Settled"),
        gettext_lazy("Settled; the unit is told"),
    ),
    Action(
        "again",
        permissions.can_settle,
        forms.AgainForm,
        instructions.ask_again,
        gettext_lazy("Ask again"),
        gettext_lazy("Asked again, with a new day; the unit is told"),
    ),
    Action(
        "withdraw",
        permissions.can_withdraw_instruction,
        forms.WordForm,
        instructions.withdraw_instruction,
        gettext_lazy("Take it back"),
        gettext_lazy("Taken back; the unit is told"),
    ),
)


def _project(request: SignedIn, pk: int) -> Project:
    visible = Project.objects.visible_to(request.user).select_related("county", "lead_unit")
    return get_object_or_404(visible, pk=pk)


def _problem(request: SignedIn, pk: int) -> Problem:
    visible = Problem.objects.visible_to(request.user).select_related("county", "project__county", "owner_unit")
    return get_object_or_404(visible, pk=pk)


@require_http_methods(["GET", "POST"])
def new_on_project(request: SignedIn, pk: int) -> HttpResponse:
    """Ask about a project or instruct on it; `?light=` chooses its red light."""
    return _new(request, _project(request, pk), "projects:page")


@require_http_methods(["GET", "POST"])
def new_on_problem(request: SignedIn, pk: int) -> HttpResponse:
    """The same on a problem of the ledger."""
    return _new(request, _problem(request, pk), "dispatch:problem")


def _new(request: SignedIn, about: Project | Problem, back: str) -> HttpResponse:
    user, now, on = request.user, timezone.now(), timezone.localdate()
    if not (answer := permissions.can_instruct(user, about, on=on)):
        raise PermissionDenied(answer.why)
    form = forms.InstructForm(
        request.POST or None,
        county=about.county,
        red=red_light(about, on) if isinstance(about, Project) else None,
        asked=request.GET.get("light", ""),
        office=not permissions.leaders_posts(user, about.county_id),
        on=on,
    )

    def act() -> Instruction:
        return instructions.instruct(about, by=user, now=now, **({"on": on} | form.cleaned_data))

    if made := done(form, act):
        messages.success(request, _("Written; %(unit)s is told") % {"unit": made.unit})
        return go(request, back, about.pk)
    context = {"form": form, "about": about, "back": back}
    status = 422 if form.errors else 200
    page, part = "dispatch/instructions/form.html", "dispatch/instructions/_form.html"
    return page_or_part(request, page, part, context, status=status)


def _visible(request: SignedIn, pk: int) -> Instruction:
    return get_object_or_404(Instruction.objects.visible_to(request.user).with_subject(), pk=pk)


@require_GET
def page(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _form(action: Action, instruction: Instruction, data: Any = None) -> Form:
    days = rules_of(instruction.county)[InstructionRules].answer_workdays
    return action.form(data, prefix=action.code, initial={"workdays": days})


def _page(
    request: SignedIn, instruction: Instruction, bound: tuple[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    """The page of one instruction; *bound* is the form that was refused."""
    answers = {action.code: action.may(request.user, instruction) for action in ACTIONS}
    offered = [
        {"action": one, "form": bound[1] if bound and bound[0] == one.code else _form(one, instruction)}
        for one in ACTIONS
        if answers[one.code]
    ]
    context = {
        "one": pages.shown([instruction], timezone.localdate())[0],
        "offered": offered,
        "opened": bound[0] if bound else "",
        "sees_problem": instruction.problem_id
        and Problem.objects.visible_to(request.user).filter(pk=instruction.problem_id).exists(),
    }
    return render(request, "dispatch/instructions/page.html", context, status=status)


@require_POST
def act(request: SignedIn, pk: int, action: str) -> HttpResponse:
    """One of ACTIONS."""
    instruction = _visible(request, pk)
    chosen = next((one for one in ACTIONS if one.code == action), None)
    if chosen is None:
        raise Http404
    if not (answer := chosen.may(request.user, instruction)):
        raise PermissionDenied(answer.why)
    form = _form(chosen, instruction, request.POST)
    if not form.is_valid():
        return _page(request, instruction, (action, form), status=422)
    try:
        facts = form.cleaned_data | {"version": asked.seen(request)}
        chosen.do(instruction, by=request.user, now=timezone.now(), **facts)
    except Refused as refusal:
        return _page(request, _visible(request, pk), (action, form), status=onto(form, refusal))
    messages.success(request, str(chosen.done))
    return go(request, "dispatch:instruction", pk)


@require_GET
def said(request: SignedIn) -> HttpResponse:
    """What a leader instructed last and what became of it: a part of the leader's own page."""
    county = county_of(request)
    if not permissions.may_ask(request.user, county):
        raise PermissionDenied(_("Only leaders write instructions, and the command office for them."))
    context = {"shown": pages.said_by(request.user, county, timezone.localdate())}
    return page_or_part(request, "dispatch/instructions/said.html", "dispatch/instructions/part.html", context)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The instructions on one project and on its problems: a part of its page, or a page of its own."""
    project = _project(request, pk)
    found = Instruction.objects.visible_to(request.user).filter(pages.of_about(project=pk))
    return _part(request, found, {"project": project})


@require_GET
def of_problem(request: SignedIn, pk: int) -> HttpResponse:
    """The instructions on one problem: a part of its page, or a page of its own."""
    problem = _problem(request, pk)
    found = Instruction.objects.visible_to(request.user).filter(pages.of_about(problem=pk))
    return _part(request, found, {"problem": problem})


def _part(request: SignedIn, found: InstructionQuerySet, about: dict[str, Any]) -> HttpResponse:
    context = about | pages.of_part(found, timezone.localdate())
    return page_or_part(request, "dispatch/instructions/of_one.html", "dispatch/instructions/part.html", context)
