"""The name that one signs in with, as it is stored, looked up and counted: one folding for all three."""

from __future__ import annotations

from unicodedata import normalize


def folded(username: str) -> str:
    """Case, full width and blanks around it make no other name: ＦＵＭＩＮ０１ is fumin01."""
    return normalize("NFKC", normalize("NFKC", username).casefold()).strip()
