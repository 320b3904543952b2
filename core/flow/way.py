"""How a kind of record moves: its ladder, its words, what can't be. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.flow.ladder import Ladder


@dataclass(frozen=True)
class Words:
    """What people read when a step is none. Each may name %(old)s, %(new)s (stages) and %(state)s."""

    aside: Any  # it was put aside
    step: Any  # from here it doesn't go there
    back: Any = ""  # not an earlier stage
    stale: Any = ""  # somebody was faster


@dataclass(frozen=True)
class Way:
    """How a kind of record moves: its ladder, its words, and what can't be of its facts, as sentences by field."""

    ladder: Ladder
    words: Words
    impossible: Callable[[Any], Mapping[str, str]] = lambda record: {}
    days: tuple[str, ...] = ()  # fields with days that happened: none lies in the future
    active: str = "active"
    why: str = "state_reason"  # the field that keeps why it was put aside
