"""Print DATABASE_URL=… REDIS_URL=… for the servers that answer on this machine; nothing when none does.

python .ci/servers.py DATABASE REDIS_NUMBER
"""

from __future__ import annotations

import getpass
import sys
from urllib.parse import quote

import psycopg
import redis


def postgres(name: str) -> str | None:
    """Address of a database *name*, which need not exist, for a user who may create it without a password."""
    for user in ("postgres", getpass.getuser()):
        for host in ("127.0.0.1", ""):
            server = f"postgresql://{quote(user)}@{host}"
            try:
                with psycopg.connect(f"{server}/postgres", connect_timeout=3) as connection:
                    row = connection.execute(
                        "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"
                    ).fetchone()
            except psycopg.Error:
                continue
            if row and row[0]:
                return f"{server}/{name}"
    return None


def redis_server(number: str) -> str | None:
    url = f"redis://127.0.0.1:6379/{number}"
    try:
        redis.Redis.from_url(url, socket_timeout=3).ping()
    except redis.RedisError:
        return None
    return url


if __name__ == "__main__":
    database, number = sys.argv[1:]
    found = {"DATABASE_URL": postgres(database), "REDIS_URL": redis_server(number)}
    print(" ".join(f"{name}={url}" for name, url in found.items() if url))
