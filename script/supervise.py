#!/usr/bin/env python3
"""Run web, worker and beat as one: when this process ends, however it ends, none of them is left.

Each runs in a session of its own, so that Ctrl-C reaches this process alone and the others are asked to
finish in good order: a page is delivered, a task completed. Whoever needs longer than GRACE seconds is
killed; nothing is lost by that, since what has to be done stands in the database until it is done.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from core import console  # noqa: E402  found by the line above, before anything is installed

BIN = Path(sys.executable).parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
GRACE = 20
MOST = 8  # web processes of 8 threads each: 64 of the 100 connections that PostgreSQL has room for by itself
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def processes(database: str, cores: int) -> int:
    """How many web processes serve a *database* (its address) on so many *cores* of a processor.

    One for SQLite, which has one writer. PostgreSQL lets all write at once: one for each core, since a process keeps
    one busy; two at least, so that one long page stops nobody, and MOST, whose threads leave connections for others.
    """
    if not database.startswith(("postgres://", "postgresql://")):
        return 1
    return min(max(cores, 2), MOST)


def cores() -> int:
    """Those that this process may use, which in a container or under a limit are not all there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def commands(host: str, port: int) -> dict[str, list[str]]:
    from config import env  # once everything is installed

    wanted = os.environ.get("WEB_CONCURRENCY") or processes(env.text("DATABASE_URL"), cores())
    web = [f"{BIN}/gunicorn", "config.wsgi", f"--bind={host}:{port}", "--threads=8", "--no-control-socket"]
    web += ["--worker-class=config.web.Worker"]
    worker = [f"{BIN}/celery", "--app=jobs.celery", "--quiet", "worker", "--beat", f"--schedule={VAR}/beat"]
    return {
        "web": [*web, f"--workers={wanted}", "--log-level=warning"],
        "worker": [*worker, "--concurrency=2", "--max-tasks-per-child=200", "--loglevel=WARNING"],
    }


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start *command* so that it is asked to end when this process is killed without a chance to ask."""

    def die_with_parent() -> None:
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509  no thread runs yet
        stdin=subprocess.DEVNULL,
    )


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask all to finish, wait, and let nothing of their process groups survive."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()

    def kill() -> None:
        for child in children.values():
            child.kill()

    waiting = threading.Timer(GRACE, kill)
    waiting.start()
    for child in children.values():
        child.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    waiting.cancel()
    with contextlib.suppress(ChildProcessError):  # orphans of theirs, beat for one, have become ours
        while os.waitpid(-1, 0):
            pass


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def refusal(host: str, port: int) -> str:
    """Why no server can listen on *host* and *port*, or nothing."""
    try:
        socket.create_server((host, port)).close()
    except OverflowError:
        return f"There is no port {port}: a port is a number from 1 to 65535."
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken. Choose another: script/server --port N"
        return f"{host}:{port} can't be used: {error.strerror or error}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/server", description="Runs web, worker and beat; Ctrl-C ends all.")
    parser.add_argument(
        "--port", type=int, default=os.environ.get("PORT", "8000"), help="the port of the pages (PORT, else 8000)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="who is let in: 0.0.0.0 lets other machines in")
    parser.add_argument("--ask", action="store_true", help="only say whether the port can be had, start nothing")
    options = parser.parse_args()
    if why := refusal(options.host, options.port):
        print(why, file=sys.stderr)
        return 1
    if options.ask:
        return 0
    from config import env  # once everything is installed

    if why := env.no_hosts():
        print(why, file=sys.stderr)
        return 1
    reach = "127.0.0.1" if options.host == "0.0.0.0" else options.host

    if LIBC:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    address = f"http://localhost:{options.port}"
    quiet = "ignore:You're running the worker with superuser privileges"
    environment = {"SITE_URL": address, "PYTHONWARNINGS": quiet, **os.environ}
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands(options.host, options.port).items():
            children[name] = start(command, environment)
        told = False
        while not stop.wait(0.2):
            for name, child in children.items():
                if child.poll() is not None:
                    print(f"{name} ended by itself ({child.returncode}); stopping the rest", file=sys.stderr)
                    return 1
            if not told and (told := answers(reach, options.port)):
                print(f"\n  {address}     Ctrl-C ends it\n", flush=True)
    finally:
        print("stopping: what is under way is finished first", file=sys.stderr)
        end(children)
    return 0


if __name__ == "__main__":
    console.run(main)
