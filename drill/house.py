"""A house of the drill's own: a folder, a database and, where REDIS_URL names one, an empty number of Redis."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

ROOT = Path(__file__).resolve().parent.parent
NAME = "county_drill"


@contextmanager
def house() -> Iterator[Path]:
    """Its folder, with an empty database. The environment names both from here on; afterwards both are gone."""
    url, queue = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": folder,
            "BACKUP_KEY": token_hex(32),
            "BACKUP_DIR": f"{folder}/backups",
            "DEMO": "no",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"{url.rpartition('/')[0]}/{NAME}" if url else f"sqlite:///{folder}/db.sqlite3",
        }
        empty_queue(queue, begin=True)
        empty_database()
        try:
            manage("prepare")
            yield Path(folder)
        finally:
            empty_queue(queue, begin=False)
            if url:
                _say(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def empty_database() -> None:
    """Throw away what the drill's database holds, as if its machine were lost."""
    url = os.environ["DATABASE_URL"]
    if url.startswith("sqlite"):
        for path in Path(os.environ["VAR_DIR"]).glob("db.sqlite3*"):
            path.unlink()
        return
    _say(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _say(f"CREATE DATABASE {NAME}")


def _say(sql: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres", autocommit=True) as there:
        there.execute(sql.encode())


def empty_queue(url: str, *, begin: bool) -> None:
    """Leave nothing in the number of Redis that *url* names; what is somebody else's is left alone."""
    if not url:
        return
    import redis

    with redis.Redis.from_url(url) as server:
        if begin and server.dbsize():
            raise SystemExit(f"{url} holds something: name a number that is empty")
        server.flushdb()


def manage(*words: str) -> str:
    """What `manage.py` says; where it fails, so does the drill."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"manage.py {words[0]}: {done.stderr[-3000:]}")
    return done.stdout
