"""What slips bring to the pages of projects and problems."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.problems.models import Problem
from dispatch.slips.permissions import may_issue
from dispatch.slips.rules import SlipRules
from organization.people.models import User
from organization.profiles.rules import rules_of


def _kept(user: User, on: date, *args: Any) -> bool:
    """Whether the county of the page issues slips; pages are of one's own county."""
    return user.county is not None and bool(rules_of(user.county)[SlipRules].kinds)


def _issues(user: User, on: date, pk: int) -> bool:
    """The row is asked for only where somebody issues slips at all."""
    if user.county is None or not may_issue(user, user.county):
        return False
    return Problem.objects.filter(pk=pk).open().exists()


PANELS = (
    Panel("projects:page", _("Slips"), "dispatch:project_slips", 2, may=_kept),
    Panel("dispatch:problem", _("Slips"), "dispatch:problem_slips", 6, may=_kept),
    Panel("dispatch:problem", _("Issue a slip"), "dispatch:slip_new", 21, place="button", asks="problem", may=_issues),
)
