"""What a county's profile says of leaders' instructions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from core.shapes import between
from organization.profiles.rules import Section

LONGEST = 60  # working days that an answer may take
Workdays = Annotated[int, between(1, LONGEST)]


@dataclass(frozen=True)
class InstructionRules:
    """Whether leaders ask and instruct here, which of them, and how many working days an answer takes."""

    enabled: bool = True
    answer_workdays: Workdays = 3  # proposed in the form, where another number can be chosen
    # Who writes on a project: every leader of the county, or only who sponsors it or has it in the portfolio.
    by: Literal["leaders", "answering"] = "leaders"
    silent_red: bool = True  # a red project without a problem, an explanation or an instruction is on the to-do list


RULES = (Section("instructions", InstructionRules),)
