"""A database in a file, as a county's is, instead of the test's in memory: one that another process can lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.utils import load_backend

from config.env import database


@contextmanager
def connected_to(url: str) -> Iterator[Any]:
    """While this lasts, the database is the one at *url*; the connection to it."""
    usual = connections["default"]
    about = {**usual.settings_dict, **database(url, default=Path())}
    own = load_backend(about["ENGINE"]).DatabaseWrapper(about, "default")
    connections["default"] = own
    try:
        yield own
    finally:
        own.close()
        connections["default"] = usual


@contextmanager
def own_file(path: Path) -> Iterator[Any]:
    """… a copy in the file *path* of what the test's database holds."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    with connected_to(f"sqlite:///{path}") as own:
        yield own
