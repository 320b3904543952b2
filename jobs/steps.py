"""What the heartbeat of the office does in each county: steps that the apps declare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Step:
    """`run(county, now, rules, days)` does what is due and not yet recorded, and answers how many; again does nothing.

    `said` is the line of the page of jobs for what it did, with its number as `%(n)s`.
    """

    key: str
    order: int
    run: Callable[[Any, Any, Any, Any], int]
    said: Any


def steps() -> tuple[Step, ...]:
    """The steps of all apps, in their order."""
    return tuple(sorted(gather("tick"), key=lambda step: step.order))
