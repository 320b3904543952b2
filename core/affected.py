"""What hangs on a unit, a post or a person: shown before an act that would leave it without anybody, and handed on to
another one where the unit or post goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from core.collect import gather


@dataclass(frozen=True)
class Affected:
    """One kind of thing that hangs on a unit, a post, a user or a portfolio: `count(thing, now)` says how many.

    A portfolio may be one that isn't stored: what it would take and give, shown before it is.

    `hand_on(thing, to, by, now, reason)` gives all of it to another unit or post, with history; twice does nothing
    more. What isn't handed on says why (`stays`). `each(pks)` counts for many at once, by pk, for a list's column.
    What is `past` stays what it is and keeps nobody from going.
    """

    of: Literal["unit", "post", "user", "portfolio"]
    label: Any
    count: Callable[[Any, datetime], int]
    hand_on: Callable[[Any, Any, Any, datetime, str], Any] | None = None
    stays: str = ""
    each: Callable[[Iterable[int]], Mapping[int, int]] | None = None
    past: bool = False


class Hanging(NamedTuple):
    label: Any
    number: int


def affected(thing: Any, now: datetime, *, past: bool = False) -> list[Hanging]:
    """All that hangs on *thing*, a unit, a post or a user, or what is *past*; kinds of which there is none are left
    out."""
    kinds = [kind for kind in gather("affected") if kind.of == thing._meta.model_name and kind.past == past]
    found = [Hanging(kind.label, kind.count(thing, now)) for kind in kinds]
    return [one for one in found if one.number]


def hand_on(thing: Any, to: Any, *, by: Any, now: datetime, reason: str = "") -> None:
    """Gives all that hangs on *thing*, a unit or a post, to *to*. Inside the transaction of who asks."""
    for kind in gather("affected"):
        if kind.of == thing._meta.model_name and kind.hand_on:
            kind.hand_on(thing, to, by, now, reason)


def counted(pks: Iterable[int], of: str = "unit") -> dict[int, int]:
    """How much hangs on each of *pks*, of the kinds that can be counted for many at once."""
    wanted = list(pks)
    found = dict.fromkeys(wanted, 0)
    for kind in gather("affected"):
        if kind.of == of and kind.each:
            for pk, number in kind.each(wanted).items():
                found[pk] += number
    return found
