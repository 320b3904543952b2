"""What a county's profile says of leads: the modes in which investors are attracted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from core.coded import Coded, check_codes, short
from core.shapes import Say
from organization.profiles.rules import Profile, Section


@dataclass(frozen=True)
class Mode(Coded):
    code: Annotated[str, short(12)]  # as long as its column


@dataclass(frozen=True)
class InvestmentRules:
    modes: tuple[Mode, ...] = ()


def _investment(table: Any, profile: Profile, say: Say) -> None:
    check_codes(table, ("modes",), ("investment",), say)


RULES = (Section("investment", InvestmentRules, check=_investment),)
