"""Orders that every database gives alike: NULLs are named last, text goes by its code points and not by a locale."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, OrderBy


class CodePoints(Func):
    """A text as it is compared by code points; collations of PostgreSQL differ from server to server."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **extra)


def last(name: str) -> OrderBy:
    """By the column *name* (`-name`: downwards), NULLs last."""
    return OrderBy(F(name.removeprefix("-")), descending=name.startswith("-"), nulls_last=True)


def text(name: str) -> OrderBy:
    """By the text column *name* (`-name`: downwards) in the order of its code points, NULLs last."""
    return OrderBy(CodePoints(F(name.removeprefix("-"))), descending=name.startswith("-"), nulls_last=True)
