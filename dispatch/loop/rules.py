"""Whether a county dispatches by the closed loop of seven nodes."""

from __future__ import annotations

from dataclasses import dataclass

from organization.profiles.rules import Section


@dataclass(frozen=True)
class LoopRules:
    """Off: no page, no line in the menu."""

    enabled: bool = True


RULES = (Section("loop", LoopRules),)
