"""What of a turn that isn't in force yet hangs on a leader's post or a unit."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.affected import Affected
from organization.people.models import Post, User
from organization.units.models import Unit
from projects.turn import services
from projects.turn.models import TurnAnswer, TurnLine, TurnOfYear


def _drafted(post: Post, now: datetime) -> int:
    return TurnLine.objects.filter(sponsor=post).exclude(turn__state=TurnOfYear.State.IN_FORCE).count()


def _hand_on(post: Post, to: Post, by: User | None, now: datetime, reason: str) -> None:
    services.hand_on_sponsor(post, to, by=by, now=now, reason=reason)


def _answers(unit: Unit, now: datetime) -> int:
    return TurnAnswer.objects.filter(unit=unit).exclude(turn__state=TurnOfYear.State.IN_FORCE).count()


AFFECTED = (
    Affected("post", _("Projects that the post is to sponsor next year"), _drafted, _hand_on),
    Affected("unit", _("Figures of next year that it sent back"), _answers, stays="a unit sends back its own"),
)
