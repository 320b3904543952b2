"""Notes of supervision: those of a project, a new one, an answer; all of the county are a list (`lists.py`)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.refusals import done
from core.web.htmx import go, page_or_part
from organization.permissions import Answer
from organization.requests import SignedIn, person
from projects.registry.models import Project
from projects.supervision import permissions
from projects.supervision import services as supervision
from projects.supervision.forms import AnswerForm, NoteForm
from projects.supervision.models import SupervisionNote


def _require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _project(request: SignedIn, pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(person(request)).select_related("lead_unit"), pk=pk)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The notes of one project: a part of its page, or a page of its own without JavaScript."""
    project, user = _project(request, pk), person(request)
    notes = list(project.supervision_notes.select_related("by", "answered_by", "project__lead_unit"))
    context: dict[str, Any] = {
        "project": project,
        "today": timezone.localdate(),
        "notes": [(note, permissions.can_answer_supervision(user, note).ok) for note in notes],
        "may_note": permissions.can_note_supervision(user, project).ok,
    }
    return page_or_part(request, "projects/supervision/of_project.html", "projects/supervision/part.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedIn, pk: int) -> HttpResponse:
    project, user = _project(request, pk), person(request)
    _require(permissions.can_note_supervision(user, project))
    form = NoteForm(request.POST or None, initial={"on": timezone.localdate()})
    act = partial(supervision.note_supervision, project, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("The note is written; %(unit)s is told") % {"unit": project.lead_unit})
        return go(request, "projects:page", pk)
    title, submit = _("A note of supervision"), _("Write it down")
    context = {"project": project, "form": form, "title": title, "submit": submit}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def answer(request: SignedIn, pk: int) -> HttpResponse:
    notes = SupervisionNote.objects.visible_to(person(request)).select_related("project__lead_unit")
    note, user = get_object_or_404(notes, pk=pk), person(request)
    _require(permissions.can_answer_supervision(user, note))
    form = AnswerForm(request.POST or None, initial={"version": note.version})
    act = partial(supervision.answer_supervision, note, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("The answer is with supervision"))
        return go(request, "projects:page", note.project_id)
    title, submit = _("Answer supervision"), _("Answer")
    context = {"project": note.project, "form": form, "title": title, "submit": submit, "note": note.text}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)
