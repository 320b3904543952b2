"""What the heartbeat of the office does in each county: steps that the apps declare."""

from __future__ import annotations

from core.collect import gather
from core.tick import Step

__all__ = ["Step", "steps"]


def steps() -> tuple[Step, ...]:
    """The steps of all apps, in their order."""
    return tuple(sorted(gather("tick"), key=lambda step: step.order))
