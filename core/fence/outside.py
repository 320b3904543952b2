"""The side of the fence where people wait: one function that has a file opened by a process with bounds.

    fenced("core.tables.reader", content, Limits(memory=2**30, seconds=10, patience=15, answer=2**27)) -> bytes

What comes back was made by our own code, but from a stranger's file: read it as carefully as a form.
"""

from __future__ import annotations

import fcntl
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

AT_ONCE = 2  # readers on a machine, of all its web processes and workers together
IN_LINE = 6  # those included: of the eight threads of a web process two stay for everyone else
WAIT = 5.0  # seconds in line, at most
POLL = 0.02
SAID = 2_000  # bytes of what the reader said last, for the log

log = logging.getLogger(__name__)


class FenceError(Exception):
    """The file was not read."""


class Busy(FenceError):
    """It was not this one's turn in time, or the machine has no room for a reader."""


class Fell(FenceError):
    """The reader went over a bound or broke; nothing else did."""


@dataclass(frozen=True)
class Limits:
    """Bytes of address space, seconds of processor, seconds on the clock, bytes of answer."""

    memory: int
    seconds: int
    patience: int
    answer: int


def fenced(module: str, content: bytes, limits: Limits) -> bytes:
    """What `python -m MODULE` answers to *content* (`core.fence.inside.answer_with`). Busy, Fell."""
    try:
        with ExitStack() as held:
            held.enter_context(_one_of("line", IN_LINE, 0))
            place = held.enter_context(_one_of("read", AT_ONCE, WAIT))
            asked, answer, said = (held.enter_context(TemporaryFile()) for _ in range(3))
            asked.write(content)
            asked.seek(0)
            if how := _ask(module, limits, place, asked, answer, said):
                log.warning("%s fell (%s) over a file of %s bytes: %s", module, how, len(content), _end(said))
                raise Fell(how)
            answer.seek(0)
            return answer.read()
    except OSError as error:  # no room on the disk, no memory for one process more
        log.exception("%s could not be started", module)
        raise Busy from error


def _end(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - SAID))
    return said.read().decode(errors="replace").strip()


def _ask(module: str, limits: Limits, place: IO[bytes], asked: IO[bytes], answer: IO[bytes], said: IO[bytes]) -> str:
    """How it ended otherwise than well: "" or the signal, the exit code, the time."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, astuple(limits))],
        stdin=asked,
        stdout=answer,
        stderr=said,
        cwd=settings.BASE_DIR,
        env={"LC_ALL": "C.UTF-8"},  # neither the key nor the address of the database
        pass_fds=[place.fileno()],  # its place is taken as long as it lives, whatever becomes of us
        start_new_session=True,
    )
    try:
        process.wait(timeout=_see_the_end(process.pid, limits.patience))
    except subprocess.TimeoutExpired:
        return f"longer than {limits.patience} seconds"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    code = process.returncode
    return "" if code == 0 else signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _see_the_end(pid: int, patience: float) -> float:
    """Waits for the process's end, told by the system, where Python by itself looks every 20th of a second; how many
    of the *patience* seconds are left: all, where the system doesn't tell."""
    if not hasattr(os, "pidfd_open"):
        return patience
    ended, told = os.pidfd_open(pid), select.poll()
    try:
        told.register(ended, select.POLLIN)
        told.poll(patience * 1000)
    finally:
        os.close(ended)
    return 0


@contextmanager
def _one_of(name: str, places: int, wait: float) -> Iterator[IO[bytes]]:
    """One of the *places* of this machine, as a locked file; Busy if none is free within *wait* seconds."""
    folder = Path(settings.FENCE_DIR)
    folder.mkdir(exist_ok=True)
    until = time.monotonic() + wait
    while True:
        for number in range(places):
            file = (folder / f"{name}{number}").open("wb")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            with file:
                yield file
            return
        if time.monotonic() > until:
            raise Busy
        time.sleep(POLL)
