"""A mark of rows by which what was made of them is kept: it differs after each write of one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Sum, Value


def mark_of(rows: QuerySet[Any]) -> str:
    """How many *rows* there are and the sum of their versions: for rows whose `version` every write raises and that
    are never deleted.

    A number and a sum only grow, so no two states are alike, in whatever order transactions end. One read of an index
    that ends in `version`.
    """
    return marks_of(rows)[0]


def marks_of(*tables: QuerySet[Any]) -> list[str]:
    """The marks (`mark_of`) of the rows of several tables, in one statement."""
    return said_of(counts_of(*tables), len(tables))


def counts_of(*tables: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Of each of *tables*, by its place: how many rows there are, and the sum of their versions."""
    each = [
        rows.order_by()
        .values(of=Value(n, IntegerField()))
        .annotate(n=Count("pk"), versions=Sum("version"))
        .values_list("of", "n", "versions")
        for n, rows in enumerate(tables)
    ]
    counts: QuerySet[Any, Any] = each[0].union(*each[1:], all=True)
    return counts


def said_of(counts: Iterable[tuple[Any, ...]], tables: int) -> list[str]:
    """The marks of *tables* tables whose `counts_of` are *counts*; a table without rows has none."""
    found = {of: (n, versions or 0) for of, n, versions in counts}
    return ["{}.{}".format(*found.get(n, (0, 0))) for n in range(tables)]
