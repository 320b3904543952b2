"""Long work that nobody's page may wait behind: papers are made in a queue of their own, one at a time and niced.

`script/server` starts a process for that queue alone. A worker that takes every queue makes no two papers at once
either: it asks for the lock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

USUAL, QUIET = "celery", "papers"  # the queues
NICE = 10  # of 19: pages and ticks come first, and on an idle machine it costs nothing


@contextmanager
def quietly() -> Iterator[None]:
    """One of these at a time on this machine, after everything else. A process stays niced: only root may go back."""
    os.nice(max(NICE - os.nice(0), 0))
    with (Path(settings.VAR) / "papers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whose process ends lets go of it, however it ends
        yield
