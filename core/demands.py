"""Who has to report on a month: the rows that were written when it was asked for, and what makes them follow.

The app that asks declares it; whoever counts what is owed reads it here, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.collect import gather


@dataclass(frozen=True)
class Demand:
    """One way to ask for a month's reports, each as a query: `asked(county, period)` are whether it was asked for,
    `projects(county, period)` the keys of those that have to report. `follow(projects, now=)` is called in the
    transaction in which somebody else came to lead projects (keys), or they are pursued no more, or again, or are
    completed. `more(county, period)`: {unit: moment} of the units that were given more days."""

    key: str
    asked: Callable[[Any, Any], Any]
    projects: Callable[[Any, Any], Any]
    follow: Callable[..., Any]
    more: Callable[[Any, Any], Mapping[int, datetime]]


def more_days(county: Any, period: Any) -> dict[int, datetime]:
    """{unit: until when} of the units that have more days for a month's reports than the others."""
    return {unit: moment for one in gather("demands") for unit, moment in one.more(county, period).items()}
