"""The lot of a spot check: whoever has the list and the seed draws the same again. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date


def seed_of(county: str, rule: str, day: date) -> str:
    return f"{county}/{rule}/{day}"


def drawn(keys: Iterable[str], count: int, seed: str) -> list[str]:
    """*count* of *keys*: those whose SHA-256 of “seed/key” comes first."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).hexdigest())[:count]
