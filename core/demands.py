"""Who has to report on a month: the rows that were written when it was asked for, and what makes them follow.

The app that asks declares it; whoever counts what is owed reads it here, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Demand:
    """One way to ask for a month's reports, each as a query: `asked(county, period)` are whether it was asked for,
    `projects(county, period)` the keys of those that have to report. `follow(projects, now=)` is called in the
    transaction in which somebody else came to lead projects (keys), or they are pursued no more, or again, or are
    completed."""

    key: str
    asked: Callable[[Any, Any], Any]
    projects: Callable[[Any, Any], Any]
    follow: Callable[..., Any]
