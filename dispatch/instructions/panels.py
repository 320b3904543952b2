"""What leaders' instructions bring to the pages of projects and problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.instructions.permissions import can_instruct, may_ask
from dispatch.instructions.rules import InstructionRules
from dispatch.problems.models import Problem
from organization.people.models import User
from organization.profiles.rules import rules_of
from projects.registry.pages import of_this_page


def _kept(user: User, on: date, *args: Any) -> bool:
    """Whether the county of the page keeps instructions; pages are of one's own county."""
    return user.county is not None and rules_of(user.county)[InstructionRules].enabled


def _on_project(user: User, on: date, pk: int) -> bool:
    return _may(user, on, lambda: of_this_page(pk))


def _on_problem(user: User, on: date, pk: int) -> bool:
    problems = Problem.objects.filter(pk=pk).select_related("project__county", "project__lead_unit")
    return _may(user, on, problems.first)


def _may(user: User, on: date, read: Callable[[], Any]) -> bool:
    """The row is asked for only where somebody writes instructions at all."""
    if user.county is None or not may_ask(user, user.county):
        return False
    found = read()
    return found is not None and can_instruct(user, found, on=on).ok


PANELS = (
    Panel("projects:page", _("Leaders' instructions"), "dispatch:project_instructions", 1, may=_kept),
    Panel(
        "projects:page", _("Ask or instruct"), "dispatch:project_instruct", 20, place="button", may=_on_project,
        dialog=True, red=True,
    ),
    Panel(
        "projects:sponsored", _("What you instructed last, and what became of it"), "dispatch:instructions_said", 10,
        may=_kept,
    ),
    Panel("dispatch:problem", _("Leaders' instructions"), "dispatch:problem_instructions", 5, may=_kept),
    Panel(
        "dispatch:problem", _("Ask or instruct"), "dispatch:problem_instruct", 20, place="button", may=_on_problem,
        dialog=True,
    ),
)  # fmt: skip
