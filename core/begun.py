"""The months that a county has begun by itself: ledgers of the past write nothing there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Begun:
    """One way to have begun a month. `months(county)` are those, as stored: `2024-05`."""

    key: str
    months: Callable[[Any], Iterable[str]]
