"""Projects that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post
from organization.units.models import Unit
from projects.choices import State
from projects.registry.models import Project


def _led(unit: Unit, now: datetime) -> int:
    return Project.objects.filter(lead_unit=unit, state=State.ACTIVE).count()


def _cooperating(unit: Unit, now: datetime) -> int:
    return Project.objects.filter(cooperating_units=unit, state=State.ACTIVE).count()


def _competent(unit: Unit, now: datetime) -> int:
    return Project.objects.filter(competent_unit=unit, state=State.ACTIVE).count()


def _sponsored(post: Post, now: datetime) -> int:
    return Project.objects.filter(sponsors__post=post, state=State.ACTIVE).count()


AFFECTED = (
    Affected("unit", _("Projects that the unit leads"), _led),
    Affected("unit", _("Projects that the unit helps with"), _cooperating),
    Affected("unit", _("Projects that the unit is the competent department of"), _competent),
    Affected("post", _("Projects that the post sponsors"), _sponsored),
)
