"""What waits by itself: lines for the page of jobs, which the apps declare in `WAITS` of their `waiting.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Line:
    """One thing that waits; `url` is where it can be looked at."""

    title: str
    note: str = ""
    url: str = ""
    action: str = ""
    late: bool = False


@dataclass(frozen=True)
class Waiting:
    """`lines(county, now)` says what waits in a county."""

    key: str
    order: int
    lines: Callable[[Any, datetime], Iterable[Line]]


def lines(county: Any, now: datetime) -> list[Line]:
    """All that waits in *county*, in the order of the kinds."""
    kinds = sorted(gather("waiting"), key=lambda kind: kind.order)
    return [line for kind in kinds for line in kind.lines(county, now)]


WAITS: tuple[Waiting, ...] = ()  # jobs themselves wait for nothing
