"""The tests' database in the hands of other processes: the real thing instead of threads that pretend."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection


class Elsewhere:
    """What is committed in the test's database, for processes outside: a copy in a file, or PostgreSQL itself.

    Needs `django_db(transaction=True)`. `env` is the environment of such a process; `rows(sql)` is what they did.
    """

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        self.path = folder / "db.sqlite3"
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(self.path)) as copy:
                connection.connection.backup(copy)
            url = f"sqlite:///{self.path}"
        else:
            own = connection.settings_dict
            host = own["HOST"] or "127.0.0.1"
            port = f":{own['PORT']}" if own["PORT"] else ""
            url = f"postgresql://{quote(own['USER'])}:{quote(own['PASSWORD'])}@{host}{port}/{own['NAME']}"
            if not own["HOST"]:
                url = f"postgresql://{quote(own['USER'])}@/{own['NAME']}"
        self.env = {**os.environ, "DATABASE_URL": url, "VAR_DIR": str(folder / "var"), "REDIS_URL": "", **env}
        self.env["PYTHONPATH"] = str(settings.BASE_DIR)

    def start(self, *command: str, **more: Any) -> subprocess.Popen[bytes]:
        """A process of its own group, so that all of it can be ended."""
        return subprocess.Popen(
            [sys.executable, *command], env=self.env, cwd=settings.BASE_DIR, start_new_session=True, **more
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.path, timeout=20)) as copy:
                return list(copy.execute(sql))
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a power cut would: the whole group, with -9."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
