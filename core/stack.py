"""Room on the interpreter's stack, asked for once."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

WORDS = 16_000  # of eight bytes: with CPython's reserve more than 128 KB, so that the piece has 256
F = TypeVar("F", bound=Callable[..., Any])


def roomy(act: F) -> F:
    """*act*, a plain function, itself: the frames of all that it calls lie in one piece of memory, 120 KB of it.

    CPython has a thread's frames in pieces of 16 KB. Where a call doesn't fit into the last one, it asks the system
    for another, and gives that back as soon as the call is over. A loop that stands just at an end does both at every
    turn: half of the time of a page with forty photos went into it, with one middleware more or less into another
    page's. A frame that says that it needs much gets a piece to fit, and what is called from there has the rest.
    """
    function = cast(FunctionType, act)
    function.__code__ = function.__code__.replace(co_stacksize=WORDS)
    return act
