"""Keys of rows as they come in by an address or a form: what can't be one names no row, and is no error."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 18  # digits: every database's big integer has room for them


def keys_of(texts: Iterable[str]) -> list[int]:
    """The keys among *texts*; words, signs and numbers that no column holds are passed over."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= LONGEST]
