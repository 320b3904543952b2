"""Entries into the statistics: the desk of who confirms them, the step on a project's page, its panel."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import undo
from core.refusals import Refused, done, tell
from core.web import asked
from core.web.htmx import go, page_or_part
from organization.people.models import User
from organization.permissions import YES, Answer
from organization.requests import SignedIn, county_of, person
from projects.choices import Stage
from projects.entries import pages, permissions
from projects.entries import services as entries
from projects.entries.forms import AnswerForm, DayForm, ProposeForm, ReturnForm
from projects.entries.models import EntryProposal
from projects.lifecycle.pages import closed_before
from projects.lifecycle.permissions import can_waive
from projects.lifecycle.views import Dialog, step
from projects.registry.models import Project
from projects.registry.permissions import can_confirm_entry


@require_GET
def desk(request: SignedIn) -> HttpResponse:
    """What waits for the statistics side."""
    user, county = person(request), county_of(request)
    if not (answer := permissions.can_see_entries(user, county)):
        raise PermissionDenied(answer.why)
    return render(request, "projects/entries/desk.html", pages.desk(user, county, timezone.localdate()))


def _proposal(request: SignedIn, pk: int) -> EntryProposal:
    found = EntryProposal.objects.visible_to(person(request)).select_related("project__county", "project__lead_unit")
    return get_object_or_404(found, pk=pk)


def _answering(request: SignedIn, pk: int) -> EntryProposal:
    proposal = _proposal(request, pk)
    if not (answer := permissions.can_answer_entry(person(request), proposal)):
        raise PermissionDenied(answer.why)
    return proposal


@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm what is proposed, with the day."""
    proposal, user = _answering(request, pk), person(request)
    form = AnswerForm(request.POST or None, initial={"on": proposal.on, "version": proposal.version})
    act = partial(entries.accept_proposal, proposal, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("“%(name)s” is in the statistics") % {"name": proposal.project.name})
        return go(request, "projects:entries")
    return _ask(request, proposal, form, _("Is it in the statistics?"), _("Confirm"))


@require_http_methods(["GET", "POST"])
def give_back(request: SignedIn, pk: int) -> HttpResponse:
    """Return a proposal with the reason."""
    proposal, user = _answering(request, pk), person(request)
    form = ReturnForm(request.POST or None, initial={"version": proposal.version})
    act = partial(entries.return_proposal, proposal, by=user, now=timezone.now())
    if returned := done(form, lambda: act(**form.cleaned_data)):
        undo.say(
            request,
            lambda: _("Returned: %(name)s") % {"name": proposal.project.name},
            "entry_returned",
            returned,
            now=timezone.now(),
        )
        return go(request, "projects:entries")
    return _ask(request, proposal, form, _("Return the proposal?"), _("Return it"))


def _ask(request: SignedIn, proposal: EntryProposal, form: Any, title: str, submit: str) -> HttpResponse:
    context = {"project": proposal.project, "form": form, "title": title, "submit": submit, "note": proposal.note}
    status = 422 if form.errors else 200
    return page_or_part(
        request, "projects/lifecycle/step.html", "projects/lifecycle/_step.html", context, status=status
    )


@require_POST
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Take one's proposal back."""
    proposal, user = _proposal(request, pk), person(request)
    if not (answer := permissions.can_take_entry_back(user, proposal)):
        raise PermissionDenied(answer.why)
    version = asked.seen(request)
    try:
        entries.withdraw_proposal(proposal, by=user, now=timezone.now(), version=version)
    except Refused as refusal:
        tell(request, refusal, proposal.project.name)
    else:
        messages.success(request, _("The proposal is taken back"))
    return go(request, "projects:page", proposal.project_id)


@require_http_methods(["GET", "POST"])
def enter(request: SignedIn, pk: int) -> HttpResponse:
    """The step into the statistics: made by who confirms it, proposed by who works on the project."""
    if can_confirm_entry(person(request), county_of(request)):
        return step(request, pk, "move", lambda user, project: YES, _confirmed, Stage.ENTERED)
    return step(request, pk, "propose", _may_propose, _proposed, Stage.ENTERED, ask=_dialog)


def _may_propose(user: User, project: Project) -> Answer:
    return permissions.can_propose_entry(user, project)


def _confirmed(project: Project, user: User, data: dict[str, Any]) -> None:
    told = {name: data[name] for name in ("on", "reason", "version")}
    entries.confirm_entry(
        project, by=user, now=timezone.now(), expect=data["expect"] or None, waive=data.get("waive", ()), **told
    )


def _proposed(project: Project, user: User, data: dict[str, Any]) -> None:
    told = {name: data[name] for name in ("on", "statistics_start_on", "version")}
    entries.propose_entry(
        project, by=user, now=timezone.now(), note=data["reason"], waive=data.get("waive", ()), **told
    )


def _dialog(user: User, project: Project, name: str, to: str, on: date, data: Any = None) -> Dialog:
    initial = {
        "on": project.entered_on or on,
        "statistics_start_on": project.statistics_start_on,
        "expect": project.stage,
        "version": project.version,
    }
    may_waive = can_waive(user, project).ok
    form = ProposeForm(data, closed=closed_before(project, to), may_waive=may_waive, initial=initial)
    form.fields["on"].label = _("in statistics since")
    form.fields["reason"].label = _("Note")
    note = _("The statistics side confirms it, or returns it with what is missing.")
    return Dialog(name, _("Propose it for the statistics?"), _("Propose it"), form, note=note)


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """The entry of one project: a part of its page, or a page of its own without JavaScript."""
    user = person(request)
    project = get_object_or_404(Project.objects.visible_to(user).select_related("county"), pk=pk)
    context = pages.of_project(project) | {"project": project, "may": can_confirm_entry(user, project.county).ok}
    waiting = context["waiting"]
    context["may_take_back"] = bool(waiting) and permissions.can_take_entry_back(user, waiting).ok
    return page_or_part(request, "projects/entries/of_project.html", "projects/entries/part.html", context)


@require_POST
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm an entry that is on file already."""
    user = person(request)
    project = get_object_or_404(Project.objects.visible_to(user).select_related("county"), pk=pk)
    if not (answer := can_confirm_entry(user, project.county)):
        raise PermissionDenied(answer.why)
    try:
        entries.confirm_on_file(project, by=user, now=timezone.now())
    except Refused as refusal:
        tell(request, refusal, project.name)
    else:
        messages.success(request, _("Confirmed: %(name)s") % {"name": project.name})
    return go(request, "projects:entries" if "desk" in request.POST else "projects:page", *_args(request, pk))


@require_http_methods(["GET", "POST"])
def change_day(request: SignedIn, pk: int) -> HttpResponse:
    """Correct the day of an entry, with the reason."""
    user = person(request)
    project = get_object_or_404(Project.objects.visible_to(user).select_related("county"), pk=pk)
    if not (answer := can_confirm_entry(user, project.county)):
        raise PermissionDenied(answer.why)
    form = DayForm(request.POST or None, initial={"entered_on": project.entered_on, "version": project.version})
    act = partial(entries.correct_day, project, by=user, now=timezone.now())
    if done(form, lambda: act(**form.cleaned_data)):
        messages.success(request, _("Saved"))
        return go(request, "projects:page", pk)
    title, submit = _("Correct the day of the entry"), _("Save")
    context = {"project": project, "form": form, "title": title, "submit": submit}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)


def _args(request: SignedIn, pk: int) -> list[int]:
    return [] if "desk" in request.POST else [pk]
