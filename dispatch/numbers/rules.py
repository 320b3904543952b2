"""Which number comes next, which were left out, and what a county's profile says of papers that go out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from core.shapes import between, one_of
from organization.profiles.rules import Section

FURTHEST = 99_999  # no office issues more papers a year


def next_number(used: Iterable[int]) -> int:
    """One more than the last; void numbers were used as well."""
    return max(used, default=0) + 1


def holes(used: Iterable[int], standing: Iterable[int]) -> list[int]:
    """The numbers before the last one that no paper bears: left out, or void. *used* are all, *standing* those that
    a paper bears."""
    taken = set(standing)
    return [number for number in range(1, next_number(used)) if number not in taken]


@dataclass(frozen=True)
class IssuingRules:
    """What stands in the form when a paper is sent to be signed; it can be chosen otherwise there."""

    disclosure: Annotated[str, one_of(("", "public", "asked", "closed"))] = "asked"  # "": nothing is printed
    copies: Annotated[int, between(0, FURTHEST)] = 0  # 0: not said
    joint: tuple[str, ...] = ()  # offices that papers are issued with


RULES = (Section("issuing", IssuingRules),)
