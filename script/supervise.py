#!/usr/bin/env python3
"""Run web, workers and beat as one: when this process ends, however it ends, none of them is left; one that dies or
hangs is started anew.

Each runs in a session of its own, so that Ctrl-C reaches this process alone and the others are asked to
finish in good order: a page is delivered, a task completed. Whoever needs longer than GRACE seconds is
killed; nothing is lost by that, since what has to be done stands in the database until it is done.

Each of them wakes at least every ten seconds to look whether there is something to do. Linux counts how often a
process fell asleep by itself: where the count stands still for PATIENCE seconds, it was stopped, is stuck or runs in
circles.
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
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from core import console  # noqa: E402  found by the line above, before anything is installed

BIN = Path(sys.executable).parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
GRACE = 20
PATIENCE = float(os.environ.get("WATCH_SECONDS") or 30)  # a hung process is mended within a minute
DEATHS, WITHIN = 5, 60  # so many of one part in so many seconds: starting it anew doesn't help
WARM = 450_000  # KiB: what a process that made papers may hold, so that the next one is made in 2 s instead of 5
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
    celery = [f"{BIN}/celery", "--app=jobs.celery", "--quiet"]
    worker = [*celery, "worker", "--max-tasks-per-child=200", "--loglevel=WARNING"]
    return {
        "web": [*web, f"--workers={wanted}", "--log-level=warning"],
        "worker": [*worker, "--queues=celery", "--concurrency=2"],
        "papers": [*worker, "--queues=papers", "--concurrency=1", f"--max-memory-per-child={WARM}"],
        "beat": [*celery, "beat", f"--schedule={VAR}/beat", "--pidfile=", "--max-interval=10", "--loglevel=WARNING"],
    }


@dataclass
class Part:
    """A process that is to be there: as it runs now, how often it had slept when that last changed, its deaths."""

    name: str
    command: list[str]
    child: subprocess.Popen[bytes]
    slept: int = -1
    woke: float = field(default_factory=time.monotonic)
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))

    def trouble(self, now: float) -> str:
        """Why it has to be started anew, or nothing."""
        if (code := self.child.poll()) is not None:
            return f"ended by itself ({code})"
        if (slept := sleeps(self.child.pid)) != self.slept:
            first, self.slept = self.slept < 0, slept
            self.woke = now + PATIENCE * first  # a slow machine reads a lot of code before anything sleeps
        return f"hung for {PATIENCE:.0f} s" if now - self.woke > PATIENCE else ""

    def again(self, environment: dict[str, str], now: float) -> None:
        """End what is left of it and start it anew."""
        end([self.child], grace=0)
        self.deaths.append(now)
        self.child, self.slept, self.woke = start(self.command, environment), -1, now

    def hopeless(self, now: float) -> bool:
        """Whether it died as often as that before."""
        return len(self.deaths) == DEATHS and now - self.deaths[0] < WITHIN


def sleeps(pid: int) -> int:
    """How often process *pid* went to sleep by itself; where that isn't counted, another number each time."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return time.monotonic_ns()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


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


def end(children: list[subprocess.Popen[bytes]], grace: float = GRACE) -> None:
    """Ask all to finish, wait, and let nothing of their process groups survive."""
    if grace:
        for child in children:
            if child.poll() is None:
                child.terminate()

    def kill() -> None:
        for child in children:
            child.kill()

    waiting = threading.Timer(grace, kill)
    waiting.start()
    for child in children:
        child.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # orphans of theirs have become ours
            while os.waitpid(-child.pid, 0):
                pass
    waiting.cancel()


def tell_systemd(word: str) -> None:
    """Say *word* to systemd, where it started us and waits for it (sd_notify)."""
    if not (address := os.environ.get("NOTIFY_SOCKET")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.sendto(word.encode(), "\0" + address[1:] if address.startswith("@") else address)


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
    environment.pop("NOTIFY_SOCKET", None)  # who lives is said by us
    parts: list[Part] = []
    try:
        for name, command in commands(options.host, options.port).items():
            parts.append(Part(name, command, start(command, environment)))
        told = False
        while not stop.wait(0.2):
            now = time.monotonic()
            for part in parts:
                if not (why := part.trouble(now)):
                    continue
                if part.hopeless(now):
                    print(f"{part.name} {why}, again and again; stopping the rest", file=sys.stderr)
                    return 1
                print(f"{part.name} {why}; starting it anew", file=sys.stderr)
                part.again(environment, now)
            tell_systemd("WATCHDOG=1")
            if not told and (told := answers(reach, options.port)):
                print(f"\n  {address}     Ctrl-C ends it\n", flush=True)
                tell_systemd("READY=1")
    finally:
        print("stopping: what is under way is finished first", file=sys.stderr)
        end([part.child for part in parts])
    return 0


if __name__ == "__main__":
    console.run(main)
