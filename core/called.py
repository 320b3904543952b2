"""What the dispatch calendar shows and does for subjects above it: each says which acts it has, and what they made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Called:
    """A kind of act (`does`) that a subject carries out.

    `acts(rules, first, last, days)`: those of the stretch that the subject's own section of the profile says.
    `made(county, acts)`: {(rule, named day): address} of what acts made. `gather(county, on)`: rows that an act sends
    on, each a dict with `about`, `unit`, `note`, `problem`, and of whom it is asked in `owner` (a unit's key or None).
    """

    does: str
    acts: Callable[[Any, date, date, Any], Iterable[Any]] | None = None
    made: Callable[[Any, Iterable[Any]], Mapping[tuple[str, date], str]] | None = None
    gather: Callable[[Any, date], list[dict[str, Any]]] | None = None


def called() -> tuple[Called, ...]:
    """What the apps declare."""
    found: tuple[Called, ...] = gather("called")
    return found
