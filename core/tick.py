"""One thing that the heartbeat of the office does in each county."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """`run(county, now, rules, days)` does what is due and not yet recorded, and answers how many; again does nothing.

    `said` is the line of the page of jobs for what it did, with its number as `%(n)s`.
    """

    key: str
    order: int
    run: Callable[[Any, Any, Any, Any], int]
    said: Any
