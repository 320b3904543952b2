"""Print DATABASE_URL=… REDIS_URL=… of this machine's PostgreSQL and Redis; started, installed where they don't answer.

python .ci/servers.py DATABASE REDIS_NUMBER

Without one of them it ends with 1 and says on standard error what is missing and what was tried.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import quote

import psycopg
import redis

PATIENCE = 30  # seconds until a server that was started answers


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


def run(*command: str) -> str:
    """Does it, whatever comes of it; the last line it said."""
    if shutil.which(command[0]) is None:
        return f"{command[0]}: not here"
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=600, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return f"{' '.join(command)}: ten minutes and no end"
    return f"{' '.join(command)}: {done.returncode} {(done.stderr or done.stdout).strip().splitlines()[-1:]}"


def may_log_in() -> str:
    """Debian's PostgreSQL lets a user of the machine in who has a role of that name."""
    return run("runuser", "-u", "postgres", "--", "createuser", "--superuser", getpass.getuser())


def made_to_answer(
    answers: Callable[[], str | None], service: str, package: str, after: Callable[[], str]
) -> str | None:
    """The address, once the service was started or the package installed; None, and what was tried is said."""
    if (url := answers()) or os.getuid() != 0:
        return url
    tried = []
    install = (
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-y",
        "install",
        "--no-install-recommends",
        package,
    )
    for commands in ((), (("apt-get", "-qq", "update"), install)):
        tried += [run(*command) for command in commands]
        tried += [run("service", service, "start"), after()]
        end = time.monotonic() + (PATIENCE if commands or shutil.which(service) else 3)
        while time.monotonic() < end:
            if url := answers():
                return url
            time.sleep(0.5)
    print(*tried, sep="\n", file=sys.stderr)
    return None


if __name__ == "__main__":
    database, number = sys.argv[1:]
    found = {
        "DATABASE_URL": made_to_answer(lambda: postgres(database), "postgresql", "postgresql", may_log_in),
        "REDIS_URL": made_to_answer(lambda: redis_server(number), "redis-server", "redis-server", str),
    }
    print(" ".join(f"{name}={url}" for name, url in found.items() if url))
    if missing := [name for name, url in found.items() if not url]:
        print(f"No server for {', '.join(missing)} on this machine.", file=sys.stderr)
        sys.exit(1)
