"""Rates that are counted over one list of projects: who counts them declares it, who changes the list shows what that
does to them before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.collect import gather
from core.indicators import Indicator, Quotient


@dataclass(frozen=True)
class Counted:
    """The rates of one unit as they are displayed: each a sum over a sum, and its text."""

    name: str
    rates: Mapping[str, tuple[Quotient, str]]  # by the indicator's key


@dataclass(frozen=True)
class Scope:
    """What is counted over a list: `code(county)` is that of the list, or nothing where all projects count;
    `count(county, period, projects)` answers the rates of each unit if these were the projects on it at the end of
    the period, by the unit's key; the county's own has the key 0."""

    key: str
    label: Any
    code: Callable[[Any], str]
    indicators: Callable[[Any], Sequence[Indicator]]
    count: Callable[[Any, Any, Iterable[int]], Mapping[int, Counted]]


def scopes_over(county: Any, codes: Iterable[str]) -> list[Scope]:
    """Those that *county* counts over one of the lists *codes*."""
    wanted = set(codes)
    return [one for one in gather("scopes") if one.code(county) in wanted]
