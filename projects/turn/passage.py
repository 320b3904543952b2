"""When the turn of a year may be prepared, what becomes of a project by itself, whether a year has plans in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from projects.choices import State
from projects.turn.models import Becomes, TurnOfYear


def prepared_from(year: int) -> date:
    """The first of December before."""
    return date(year - 1, 12, 1)


def proposed(project: Any, *, planned: bool) -> Becomes:
    """What the old year says: *planned* is whether it had a plan in it."""
    if project.completed_on is not None:
        return Becomes.COMPLETED
    if project.state == State.SUSPENDED:
        return Becomes.STOPPED
    return Becomes.CONTINUED if planned else Becomes.JOINS


def in_force(turn: TurnOfYear | None, *, planned: bool, before: bool) -> bool:
    """Whether a year has plans in force: its turn says so. Of a county that made no turn, whether there are plans
    (*planned*), or there were none the year *before* either: then nothing was turned."""
    if turn is not None:
        return turn.state == TurnOfYear.State.IN_FORCE
    return planned or not before
