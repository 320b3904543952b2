"""Many rows at once, with history, in a number of queries that doesn't grow with the rows.

simple-history's own helper builds every historical row in Python; here the database copies them: about 1.1 times the
plain insert instead of 2.1 times.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models

from core.records import columnar
from core.records.history import REASON

SQLITE_PARAMETERS = 32_766  # of one statement since SQLite 3.32; Django 5.2 still reckons with 999
USUAL = gc.get_threshold()


@contextmanager
def few_collections() -> Iterator[None]:
    """For what makes many objects that stay and are in no cycle: the collector would go through the whole heap of the
    process, time and again, and find nothing. For each value of a statement Django makes two."""
    gc.set_threshold(max(USUAL[0], 20_000), *USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)  # and not what it was: another thread may have raised it


def know_the_limit(connection: Any, **_signal: Any) -> None:
    """Tells Django how many parameters this SQLite takes, so that 1,000 rows are one statement and not 36."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = min(limit, SQLITE_PARAMETERS)


def insert(rows: Sequence[models.Model], *, by: Any = None, now: datetime, reason: str = "") -> None:
    """Inserts *rows* of one model, which then have their primary keys, and a row of history for each."""
    if not rows:
        return
    model: Any = type(rows[0])
    with few_collections():
        if any(row.pk is not None for row in rows):  # they come back under their keys
            model.objects.bulk_create(rows)
        else:
            columnar.insert(rows)
    if hasattr(model, "history"):
        copy_to_history(model, [row.pk for row in rows], "+", by=by, now=now, reason=reason)


def update(
    rows: Sequence[models.Model], fields: Iterable[str], *, by: Any = None, now: datetime, reason: str = ""
) -> None:
    """Writes *fields* of *rows* of one model, and a row of history for each."""
    names = sorted(set(fields))
    if not rows or not names:
        return
    model: Any = type(rows[0])
    with few_collections():
        model.objects.bulk_update(rows, names)
    if hasattr(model, "history"):
        copy_to_history(model, [row.pk for row in rows], "~", by=by, now=now, reason=reason)


def delete(rows: Sequence[models.Model], *, by: Any = None, now: datetime, reason: str = "") -> None:
    """Deletes *rows* of one model; their last state stays in the history."""
    if not rows:
        return
    model: Any = type(rows[0])
    pks = [row.pk for row in rows]
    if hasattr(model, "history"):
        copy_to_history(model, pks, "-", by=by, now=now, reason=reason)
    model.objects.filter(pk__in=pks)._raw_delete(model.objects.db)


def copy_to_history(
    model: Any, pks: Sequence[int], kind: str, *, by: Any = None, now: datetime, reason: str = ""
) -> None:
    """Copies the rows as they stand now into the model's history; *kind* is +, ~ or -."""
    history = model.history.model
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in history.tracked_fields)
    moment = connection.ops.adapt_datetimefield_value(now)
    statement = (
        f"INSERT INTO {quote(history._meta.db_table)} "  # noqa: S608 (names of our own tables)
        f"({columns}, history_date, history_type, history_user_id, history_change_reason) "
        f"SELECT {columns}, %s, %s, %s, %s FROM {quote(model._meta.db_table)} "
        f"WHERE {quote(model._meta.pk.column)} {columnar.is_one_of()}"
    )
    told = [moment, kind, by.pk if by else None, reason[:REASON] or None]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*told, columnar.keys_of(pks)])


def analyze(tables: Iterable[type[models.Model]]) -> None:
    """Has PostgreSQL look anew at how many rows *tables* hold, and of which values: until it does by itself, minutes
    after many rows came, it plans as if they weren't there. SQLite's plans don't hang on it."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
