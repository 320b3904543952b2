"""One thing that one person has to do by some moment: to-do lists, reminders and who-hasn't lists are these."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class DueItem:
    """`key` is stable and names the thing, not the person; `link` is where it is done."""

    kind: str  # report_fill, report_returned, report_approve, report_review, problem_answer, check …
    key: str
    unit_id: int
    title: str  # verb + what: 填6月月报
    about: str = ""  # the project or "12 projects"
    why: str = ""
    due_at: datetime | None = None
    link: str = ""
    action: str = ""  # word on the button
    count: int = 1
    project_id: int | None = None


@dataclass(frozen=True)
class Due:
    """One kind of thing that falls due. `items(county, now, person)`: *person*'s part of it, all of it for None."""

    key: str
    items: Callable[[Any, datetime, Any], Iterable[DueItem]]
    kinds: Mapping[str, Any] = field(default_factory=dict)  # those with a day, which are reminded of: what each is


@dataclass(frozen=True)
class Leading:
    """Who leads the projects that something is due of: by their keys, for those that somebody leads."""

    key: str
    people: Callable[[Collection[int]], Mapping[int, Iterable[Any]]]


def kinds() -> dict[str, Any]:
    """What people are reminded of: each kind with its words, as the subjects declare them."""
    return {kind: words for due in gather("due") for kind, words in due.kinds.items()}


def due_items(county: Any, now: datetime, *, person: Any = None) -> list[DueItem]:
    """All that is due in *county*, or *person*'s part of it, most urgent first."""
    items = [item for due in gather("due") for item in due.items(county, now, person)]
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at or now, item.key))
