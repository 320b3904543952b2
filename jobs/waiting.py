"""What waits by itself: lines for the page of jobs, which the apps declare in `WAITS` of their `waiting.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.collect import gather
from jobs import queue


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


def _broken(county: Any, now: datetime) -> Iterator[Line]:
    if n := len(queue.broken()):
        said = ngettext("%(n)s broken message was put aside", "%(n)s broken messages were put aside", n)
        yield Line(said % {"n": n}, _("What they asked for stands in the database and is asked for again."))


WAITS = (Waiting("broken", 90, _broken),)
