"""Queries that pages ask again and again, said in SQL once: Django takes as long to say one as to have it answered."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Any

from django.db import connection
from django.db.models import QuerySet

KEPT = 1_000  # statements, of some kilobytes each


def prepared(make: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of the query that *make* builds, asked anew each time; its SQL is kept by the arguments.

    They are keys, months, days: whatever is hashable, and all that the query hangs on. The columns are keys, texts,
    numbers and what is true or false, as the driver gives them: PostgreSQL's sums are decimals, SQLite's truth is 1.
    """

    @wraps(make)
    def rows(*args: Hashable) -> list[tuple[Any, ...]]:
        statement = said(make, *args)
        with connection.cursor() as cursor:
            cursor.execute(*statement)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    return rows


@lru_cache(maxsize=KEPT)
def said(make: Callable[..., QuerySet[Any, Any]], *args: Hashable) -> tuple[str, tuple[Any, ...]]:
    """The query that *make* builds of *args* in SQL, with its parameters."""
    return make(*args).query.sql_with_params()
