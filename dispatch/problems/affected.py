"""Problems and signatures that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.problems.models import Problem
from dispatch.problems.rules import ProblemRules
from organization.people.models import Post
from organization.profiles.rules import rules_of
from organization.units.models import Unit


def _owned(unit: Unit, now: datetime) -> int:
    return Problem.objects.filter(owner_unit=unit).open().count()


def _rungs(post: Post, now: datetime) -> int:
    ladder = rules_of(post.unit.county)[ProblemRules].ladder if post.unit.county else ()
    return sum(level.post == post.title for level in ladder)


AFFECTED = (
    Affected("unit", _("Open problems that the unit answers for"), _owned),
    Affected("post", _("Levels to which problems climb that are this post alone"), _rungs),
)
