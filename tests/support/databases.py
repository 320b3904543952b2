"""Databases beside the test's own, for what has to begin in an empty one: another process is given their address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


@contextmanager
def empty_database(suffix: str, folder: Path, more: str = "") -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on; *more* goes to CREATE DATABASE there."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / suffix}.sqlite3"
        return
    import psycopg
    from psycopg import sql

    about: dict[str, Any] = settings.DATABASES["default"]
    name = f"{about['NAME']}_{suffix}"
    server = psycopg.conninfo.make_conninfo(
        host=about["HOST"] or None, port=about["PORT"] or None, user=about["USER"] or None,
        password=about["PASSWORD"] or None, dbname="postgres",
    )  # fmt: skip
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as postgres:
        postgres.execute(drop)
        postgres.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), sql.SQL(more)))
        try:
            yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
        finally:
            postgres.execute(drop)
