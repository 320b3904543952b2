"""The database as one file, as of one moment, while others write; and back. By the database's own means."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction

NAME = "database"


class Failed(Exception):
    """The database's own words for what it couldn't do."""


def dump(folder: Path) -> tuple[Path, dict[str, int], list[str]]:
    """Write the database into *folder*: the file, how many rows each table has in it, which stored files it names.

    All three are of the same moment. Raises Failed.
    """
    path = folder / NAME
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        with closing(sqlite3.connect(path)) as copy:
            return path, _counts(copy.cursor()), _files(copy.cursor())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={path}")
        return path, _counts(cursor), _files(cursor)


def sound(path: Path, vendor: str) -> None:
    """Raises Failed where *path* can't be loaded into a database of the kind *vendor*."""
    if vendor == "sqlite":
        try:
            with closing(sqlite3.connect(path)) as copy:
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise Failed(str(error)) from error
        if found != "ok":
            raise Failed(found)
    else:
        _run("pg_restore", "--list", str(path), reach=False)


def load(path: Path) -> None:
    """Put *path* in the place of what the database holds; all or nothing. Raises Failed.

    On PostgreSQL tables that the copy doesn't know go as well: whatever was there is replaced.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        connection.close()
        return
    connection.close()
    script = subprocess.run(
        ["pg_restore", "--no-owner", "--no-acl", "--file=-", str(path)], capture_output=True, check=False
    )
    if script.returncode:
        raise Failed(script.stderr.decode(errors="replace").strip())
    begin = b"DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"
    _run(
        "psql",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        said=begin + script.stdout,
    )


def counts() -> dict[str, int]:
    """How many rows each table has now."""
    with connection.cursor() as cursor:
        return _counts(cursor)


def _counts(cursor: Any) -> dict[str, int]:
    if isinstance(cursor, sqlite3.Cursor) or connection.vendor == "sqlite":
        ask = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        ask = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    cursor.execute(ask)
    names = sorted(name for (name,) in cursor.fetchall())
    found = {}
    for name in names:
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  the database's own names
        found[name] = cursor.fetchone()[0]
    return found


def _files(cursor: Any) -> list[str]:
    cursor.execute("SELECT DISTINCT content FROM core_storedfile ORDER BY content")
    return [name for (name,) in cursor.fetchall()]


def _run(*command: str, said: bytes | None = None, reach: bool = True) -> None:
    """Run one of PostgreSQL's own programs on our database."""
    own = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    more = {name: str(own[key]) for name, key in names.items() if own.get(key)} if reach else {}
    try:
        done = subprocess.run(command, input=said, capture_output=True, env={**os.environ, **more}, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{command[0]}: not installed") from error
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace").strip()[-2000:])
