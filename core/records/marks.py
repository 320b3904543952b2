"""A mark of rows by which what was made of them is kept: it differs after each write of one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum


def mark_of(rows: QuerySet[Any]) -> str:
    """How many *rows* there are and the sum of their versions: for rows whose `version` every write raises and that
    are never deleted.

    A number and a sum only grow, so no two states are alike, in whatever order transactions end. One read of an index
    that ends in `version`.
    """
    found = rows.order_by().aggregate(n=Count("pk"), versions=Sum("version"))
    return f"{found['n']}.{found['versions'] or 0}"
