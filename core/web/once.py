"""What a page asks for again and again, and is the same all along, is read once: kept until the answer is out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_KEPT: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """While this lasts, `once` keeps what it made."""
    before = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(before)


def once(key: Any, make: Callable[[], T]) -> T:
    """What *make* gives; asked for again under *key* in the same request, what it gave.

    Outside of a request it is made anew: a task or a command lasts longer than what it reads stays true.
    """
    kept = _KEPT.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found
