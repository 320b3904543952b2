"""A button on a project's page: where it lies."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from organization.people.models import User
from projects.registry.models import Project
from projects.registry.permissions import can_edit_project


def _may(person: User, on: date, pk: int) -> bool:
    project = Project.objects.filter(pk=pk).first()
    return project is not None and can_edit_project(person, project).ok


PANELS = (Panel("projects:page", _("Place on the map"), "projects:place", 60, place="button", may=_may),)
