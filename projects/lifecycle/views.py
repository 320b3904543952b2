"""The steps of a project: each a dialog on its page, and a plain page with the same form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import undo
from core.records.fields import label_of
from core.refusals import Closed, Refused, Stale, onto
from core.web.htmx import go, page_or_part
from organization.people.models import User
from organization.permissions import Answer
from organization.requests import SignedIn, person
from projects.choices import Stage, State
from projects.lifecycle import gates as lifecycle
from projects.lifecycle import pages
from projects.lifecycle import services as lifecycle_steps
from projects.lifecycle.forms import BackForm, MoveForm, ReasonedStepForm, StepForm
from projects.lifecycle.permissions import can_advance, can_send_back, can_suspend, can_waive, can_withdraw
from projects.registry import permissions
from projects.registry.models import Project


@dataclass(frozen=True)
class Dialog:
    """What a step asks: its question, its form, the word on its button."""

    name: str
    title: str
    submit: str
    form: Form
    danger: bool = False
    note: str = ""


def _shown(project: Project) -> dict[str, Any]:
    """What the page shows, and a step has to have seen."""
    return {"expect": project.stage, "version": project.version}


def _move_form(user: User, project: Project, to: str, on: date, data: Any = None) -> MoveForm:
    day = lifecycle.DAY_OF.get(Stage(to))
    initial = {"on": (getattr(project, day) if day else None) or on} | _shown(project)
    may_waive = can_waive(user, project).ok
    form = MoveForm(data, closed=pages.closed_before(project, to), may_waive=may_waive, initial=initial)
    if day:
        form.fields["on"].label = label_of(Project, day)
    return form


def dialog_of(user: User, project: Project, name: str, to: str, on: date, data: Any = None) -> Dialog:
    """The step *name* of *project* as a question; *data* is what was sent."""
    initial = {"on": on} | _shown(project)
    match name:
        case "move":
            stage = {"stage": Stage(to).label}
            form: Form = _move_form(user, project, to, on, data)
            return Dialog(name, _("Move on into “%(stage)s”?") % stage, _("Move on"), form)
        case "back":
            form = BackForm(data, stages=lifecycle.earlier(project), initial=initial)
            note = _("Facts and days stay as they are; the step stays in the history.")
            return Dialog(name, _("Move it back?"), _("Move back"), form, danger=True, note=note)
        case "suspend":
            form = ReasonedStepForm(data, initial=initial)
            note = _("A suspended project reports no more and isn't counted as behind, until it is taken up again.")
            return Dialog(name, _("Suspend the project?"), _("Suspend"), form, note=note)
        case "withdraw":
            form = ReasonedStepForm(data, initial=initial)
            note = _("It stays on file with the reason and leaves all lists.")
            return Dialog(name, _("Withdraw the project?"), _("Withdraw"), form, danger=True, note=note)
    made = ReasonedStepForm if project.state == State.WITHDRAWN else StepForm
    return Dialog(name, _("Take the project up again?"), _("Take up again"), made(data, initial=initial))


def step(
    request: SignedIn,
    pk: int,
    name: str,
    may: Callable[[User, Project], Answer],
    act: Callable[..., Any],
    to: str = "",
    ask: Callable[..., Dialog] | None = None,
) -> HttpResponse:
    """Ask, then call the service; a refusal comes back in words beside what was typed. *ask* makes another dialog."""
    user = person(request)
    project = get_object_or_404(pages.of_page(Project.objects.visible_to(user)), pk=pk)
    answer = may(user, project)
    if not answer:
        raise PermissionDenied(answer.why)
    on = timezone.localdate()
    dialog = (ask or dialog_of)(user, project, name, to, on, request.POST or None)
    form, status = dialog.form, 200
    if request.method == "POST" and form.is_valid():
        try:
            act(project, user, form.cleaned_data)
        except Closed:
            status = 422  # the gates stand above the form, each with where it is mended
        except Refused as refusal:
            status = onto(form, refusal)
            if isinstance(refusal, Stale):
                project = refusal.record
        else:
            name_of_it = project.name
            if name == "suspend":
                now, record = timezone.now(), Project.objects.get(pk=pk)
                undo.say(request, lambda: _saved(name_of_it), "project_suspended", record, now=now)
            else:
                messages.success(request, _saved(name_of_it))
            return go(request, "projects:page", pk)
    may_edit = permissions.can_edit_project(user, project).ok
    blocks = pages.blocks(project, to, on.year, may_edit=may_edit) if to and status != 409 else []
    context = {
        "project": project,
        "form": form,
        "title": dialog.title,
        "submit": dialog.submit,
        "danger": dialog.danger,
        "note": dialog.note,
        "blocks": blocks,
        "refused": status == 422 and bool(blocks),
    }
    shown = status if status != 200 else 422 if form.errors else 200
    return page_or_part(
        request, "projects/lifecycle/step.html", "projects/lifecycle/_step.html", context, status=shown
    )


@require_http_methods(["GET", "POST"])
def move(request: SignedIn, pk: int, to: str) -> HttpResponse:
    """Into the next stage, if its gates are open; past some of them by exception."""
    if to not in Stage.values or to == Stage.PLANNED:
        raise Http404

    def act(project: Project, user: User, data: dict[str, Any]) -> None:
        lifecycle_steps.advance(
            project,
            to=to,
            by=user,
            on=data["on"],
            now=timezone.now(),
            expect=data["expect"] or None,
            version=data["version"],
            reason=data["reason"],
            waive=data.get("waive", ()),
        )

    return step(request, pk, "move", lambda user, project: can_advance(user, project, to), act, to)


@require_http_methods(["GET", "POST"])
def back(request: SignedIn, pk: int) -> HttpResponse:
    def act(project: Project, user: User, data: dict[str, Any]) -> None:
        lifecycle_steps.send_back(
            project,
            to=data["to"],
            by=user,
            on=data["on"],
            now=timezone.now(),
            reason=data["reason"],
            expect=data["expect"] or None,
            version=data["version"],
        )

    return step(request, pk, "back", can_send_back, act)


def _saved(name: str) -> str:
    return _("“%(name)s”: saved") % {"name": name}


def _plain(act: Callable[..., Any]) -> Callable[[Project, User, dict[str, Any]], Any]:
    def go_on(project: Project, user: User, data: dict[str, Any]) -> None:
        told = {name: data[name] for name in ("on", "reason", "version")}
        act(project, by=user, now=timezone.now(), **told)

    return go_on


@require_http_methods(["GET", "POST"])
def suspend(request: SignedIn, pk: int) -> HttpResponse:
    return step(request, pk, "suspend", can_suspend, _plain(lifecycle_steps.suspend))


@require_http_methods(["GET", "POST"])
def resume(request: SignedIn, pk: int) -> HttpResponse:
    return step(request, pk, "resume", can_suspend, _plain(lifecycle_steps.resume))


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    return step(request, pk, "withdraw", can_withdraw, _plain(lifecycle_steps.withdraw))
