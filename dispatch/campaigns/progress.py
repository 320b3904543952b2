"""How far a task is: read from its parts where they have numbers, else as its unit stated it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

WHOLE = 100


class Stands(NamedTuple):
    """What is reached, in the task's own measure, and that in percent (0–100, whole, rounded down: nothing is done
    before it is)."""

    reached: Decimal | None = None
    percent: int = 0


class Part(NamedTuple):
    """A part's target, what it is counted in, what is reached of it."""

    target: Decimal | None
    measure: str
    reached: Decimal | None


def share(reached: Decimal, target: Decimal) -> int:
    """*reached* of *target* in percent, at most 100."""
    found = (reached * WHOLE / target).to_integral_value(ROUND_FLOOR)
    return int(max(Decimal(0), min(Decimal(WHOLE), found)))


def counted(measure: str, parts: Sequence[Part]) -> list[Part]:
    """The parts whose numbers add up to the task's: those with a target in its own measure; of a task without one,
    in the one measure that all of them have. None where they don't."""
    numbered = [part for part in parts if part.target is not None and part.measure]
    wanted = {measure} if measure else {part.measure for part in numbered}
    return [part for part in numbered if part.measure in wanted] if len(wanted) == 1 else []


def stands(target: Decimal | None, measure: str, parts: Sequence[Part], stated: Stands) -> Stands:
    """Of a task with that *target*, its standing *parts*, and what its unit *stated* last."""
    if added := counted(measure, parts):
        reached = sum((part.reached or Decimal(0) for part in added), Decimal(0))
        whole = target or sum((part.target or Decimal(0) for part in added), Decimal(0))
        return Stands(reached, share(reached, whole))
    if target is not None and stated.reached is not None:
        return Stands(stated.reached, share(stated.reached, target))
    return stated
