"""Characters that no font of this machine has: found before a paper is sent, a page shows an empty box for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from paper.document import Document
from paper.fonts import FontSet


def missing(document: Document, fonts: FontSet) -> list[str]:
    """The characters of *document* that *fonts* can't draw, each once, in the order of the pages."""
    return fonts.missing("".join(texts(document)))


def texts(part: Any) -> Iterable[str]:
    """Every text of *part*, addresses that aren't printed left out."""
    match part:
        case str():
            yield part
        case tuple():
            for one in part:
                yield from texts(one)
        case _ if is_dataclass(part) and not isinstance(part, type):
            for field in fields(part):
                if field.name not in ("href", "svg", "key", "verify", "language", "format"):
                    yield from texts(getattr(part, field.name))
