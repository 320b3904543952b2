"""Filters that a higher subject adds to a lower one's list: the list is asked by them and knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.collect import gather
from core.lists.filters import Filter


@dataclass(frozen=True)
class Narrow:
    """A filter of the list `of` (its key), and steps beside the title of its page (`links(listing)`)."""

    of: str
    filter: Filter
    links: Callable[[Any], Iterable[Any]] | None = None


def narrows_of(key: str) -> list[Narrow]:
    """What the apps add to the list *key*."""
    return [one for one in gather("narrows") if one.of == key]
