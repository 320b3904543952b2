"""Which lists of the day a county's document asks for, by the rhythm of its rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from core.shapes import one_of
from organization.profiles.rules import Section

KINDS = ("construction", "problems", "planned", "entry", "completion")
Kinds = tuple[Annotated[str, one_of(KINDS)], ...]


@dataclass(frozen=True)
class DayListRules:
    """What is frozen when a round of each kind ends; none: the county keeps no such list."""

    weekly: Kinds = ()
    monthly: Kinds = ()
    called: Kinds = ()


RULES = (Section("day_lists", DayListRules),)
