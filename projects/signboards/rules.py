"""What a county's profile says of signboards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from core.shapes import between
from organization.profiles.rules import Section


@dataclass(frozen=True)
class SignboardRules:
    """The words of a signboard: its title, the telephones at its lower edge, the colour of its head."""

    enabled: bool = True
    title: str = "项目公示牌"
    over: str = "{county}重点建设项目"  # over the title
    telephone: str = ""  # of the command office
    complaints: str = ""  # where people complain
    tone: Literal["blue", "red"] = "blue"
    longest: Annotated[int, between(20, 200)] = 90  # characters of the content and scale that are printed


RULES = (Section("signboards", SignboardRules),)
