"""What a county's profile says of who signs its bulletins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from core.shapes import one_of
from organization.people.models import SIGNS
from organization.profiles.rules import Section


@dataclass(frozen=True)
class SigningRules:
    """Who usually signs what the county publishes: it stands in the form when a bulletin is sent, and can be chosen
    otherwise there."""

    post: str = ""  # the title of a post
    role: Annotated[str, one_of(SIGNS)] = "leader"  # without such a post: the first who holds this role


RULES = (Section("signing", SigningRules),)
