"""The builder's contacts: masked as a part of the project's page, in full by a press that the log keeps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.refusals import done
from core.web.htmx import go, page_or_part
from organization.permissions import Answer
from organization.requests import SignedIn, person
from projects.contacts import pages
from projects.contacts.forms import ContactForm
from projects.contacts.models import ProjectContact
from projects.contacts.permissions import can_see_contacts
from projects.contacts.services import look_at_contacts, write_contact
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project

PAGE, PART = "projects/contacts/of_project.html", "projects/contacts/part.html"


def _project(request: SignedIn, pk: int) -> Project:
    found = Project.objects.visible_to(person(request)).select_related("lead_unit", "county")
    return get_object_or_404(found, pk=pk)


def _require(answer: Answer) -> None:
    if not answer:
        raise PermissionDenied(answer.why)


def _context(request: SignedIn, project: Project, contacts: Any, *, full: bool) -> dict[str, Any]:
    may = can_see_contacts(person(request), project)
    edit = can_edit_project(person(request), project).ok
    return {"project": project, "contacts": contacts, "full": full, "may": may, "may_edit": edit}


@require_GET
def of_project(request: SignedIn, pk: int) -> HttpResponse:
    """That there are contacts, masked: a part of the project's page, or a page of its own without JavaScript."""
    project = _project(request, pk)
    return page_or_part(request, PAGE, PART, _context(request, project, pages.shut(project), full=False))


@require_POST
def opened(request: SignedIn, pk: int) -> HttpResponse:
    """The contacts in full."""
    project = _project(request, pk)
    _require(can_see_contacts(person(request), project))
    contacts = look_at_contacts(project, by=person(request), now=timezone.now())
    return page_or_part(request, PAGE, PART, _context(request, project, contacts, full=True))


@require_http_methods(["GET", "POST"])
def write(request: SignedIn, pk: int) -> HttpResponse:
    project, user = _project(request, pk), person(request)
    _require(can_edit_project(user, project))
    there = ProjectContact.objects.filter(project=project)
    form = ContactForm(request.POST or None, there=there, initial={"version": project.version})

    def act() -> bool:
        write_contact(project, by=user, now=timezone.now(), **form.cleaned_data)
        return True

    if request.method == "POST" and done(form, act):
        messages.success(request, _("Saved"))
        return go(request, "projects:page", pk)
    title, submit = _("A contact at the builder"), _("Put it on file")
    context = {"project": project, "form": form, "title": title, "submit": submit}
    return render(request, "projects/lifecycle/step.html", context, status=422 if form.errors else 200)
