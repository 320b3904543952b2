"""What hangs on a unit, a post or a person: shown before an act that would leave it without anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from core.collect import gather


@dataclass(frozen=True)
class Affected:
    """One kind of thing that hangs on a unit, a post or a user: `count(thing, now)` says how many.

    `hand_on(thing, to, by=by, now=now)` gives all of it to another of its kind, where that is possible.
    """

    of: Literal["unit", "post", "user"]
    label: Any
    count: Callable[[Any, datetime], int]
    hand_on: Callable[..., None] | None = None


class Hanging(NamedTuple):
    label: Any
    number: int


def affected(thing: Any, now: datetime) -> list[Hanging]:
    """All that hangs on *thing*, a unit, a post or a user; kinds of which there is none are left out."""
    kinds = [kind for kind in gather("affected") if kind.of == thing._meta.model_name]
    found = [Hanging(kind.label, kind.count(thing, now)) for kind in kinds]
    return [one for one in found if one.number]
