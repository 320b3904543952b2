"""What dispatch brings to the pages of projects, visits, leads and squads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.panels import Panel
from dispatch.problems.models import Problem
from organization.people.models import ADMINISTRATION, User


def _raised_there(name: str) -> Callable[[User, date, int], bool]:
    """Whether a problem that the person sees was raised from the visit or lead of that key."""
    return lambda user, on, pk: Problem.objects.visible_to(user).filter(**{name: pk}).exists()


def _raises(user: User, on: date, *args: int) -> bool:
    """Raising one is for all but those who keep the accounts."""
    return not user.holds(*ADMINISTRATION, at=user.county)


PANELS = (
    Panel("projects:page", _("Problems"), "dispatch:project_problems", 10),
    Panel("projects:page", _("Report a problem"), "dispatch:problem_new", 10, place="button", asks="project"),
    Panel("projects:visit", _("Report a problem"), "dispatch:problem_new", 10, place="button", asks="visit",
          may=_raises),
    Panel("projects:visit", _("Its problems"), "dispatch:problem_list", 20, place="button", asks="visit",
          may=_raised_there("visit")),
    Panel("investment:page", _("Report a problem"), "dispatch:problem_new", 10, place="button", asks="lead",
          may=_raises),
    Panel("investment:page", _("Its problems"), "dispatch:problem_list", 20, place="button", asks="lead",
          may=_raised_there("lead")),
    Panel("organization:squad", _("Open problems of its projects"), "dispatch:squad_problems", 20),
)  # fmt: skip
