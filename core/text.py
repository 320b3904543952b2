"""Text as databases keep it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database keeps NUL and halves of characters, no person types them


def storable(text: str) -> str:
    """*text* without NUL and halves of characters."""
    return UNSTORABLE.sub("", text)


def storable_cells(cells: Iterable[Any]) -> list[Any]:
    """The *cells* of a row, their texts storable."""
    return [storable(cell) if isinstance(cell, str) else cell for cell in cells]
