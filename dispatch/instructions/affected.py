"""Leaders' instructions that hang on a unit or a post."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from dispatch.instructions import services
from dispatch.instructions.models import Instruction
from organization.people.models import Post, User
from organization.units.models import Unit


def _owed(unit: Unit, now: datetime) -> int:
    return Instruction.objects.owed_by(unit).count()


def _of_post(post: Post, now: datetime) -> int:
    return Instruction.objects.filter(post=post).standing().count()


def _hand_on(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on(post, to, by=by, now=now, reason=reason)


AFFECTED = (
    Affected(
        "unit",
        _("Instructions that wait for its answer"),
        _owed,
        stays="goes with the project that it leads, or the problem that it owns",
    ),
    Affected("post", _("Instructions of this leader that are not settled"), _of_post, _hand_on),
)
