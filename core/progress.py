"""How far a long act is: which step of how many, told while it runs to whoever waits for it.

An act calls `step`. Who began it has said where that goes (`told`): the web keeps it beside the database, since nobody
sees what a transaction writes before its end (`core.web.middleware.Progress`); a worker writes it into the row of its
run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

Tell = Callable[[int, int, str], None]
_tell: ContextVar[Tell | None] = ContextVar("progress", default=None)


def step(n: int, of: int, name: str) -> None:
    """The act is at *n* of *of*. *name* is a string of the source (`gettext_noop`): who reads it has a language."""
    if (tell := _tell.get()) is not None:
        tell(n, of, name)


def nobody(n: int, of: int, name: str) -> None:
    """For what is itself one step of a longer act."""


@contextmanager
def told(tell: Tell) -> Iterator[None]:
    """What is done within says to *tell* how far it is."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def said(n: int, of: int, name: str) -> str:
    """A step in words."""
    return _("%(n)s of %(of)s: %(what)s") % {"n": n, "of": of, "what": _(name)}
