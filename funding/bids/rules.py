"""What a county's profile says of bids: the channels that money comes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.coded import Coded, check_codes
from core.shapes import Say
from organization.profiles.rules import Profile, Section


@dataclass(frozen=True)
class FundingRules:
    channels: tuple[Coded, ...] = ()


def _funding(table: Any, profile: Profile, say: Say) -> None:
    check_codes(table, ("channels",), ("funding",), say)


RULES = (Section("funding", FundingRules, check=_funding),)
