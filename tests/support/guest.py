"""A reader behind the fence that does what a stranger's file would make it do: the file says what."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from core.fence.inside import answer_with

MEGABYTE = 2**20


def told() -> list[bytes]:
    """What it can see and may do."""
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")}
    kept = sorted(name for name in ("SECRET_KEY", "DATABASE_URL", "VAR_DIR") if name in os.environ)
    worth = Path("/proc/self/oom_score_adj").read_text().strip()
    return [json.dumps({"limits": limits, "kept": kept, "django": "django" in sys.modules, "worth": worth}).encode()]


def spin() -> list[bytes]:
    while True:
        pass


def sleep() -> list[bytes]:
    sys.stdout.buffer.write(b"x")
    sys.stdout.buffer.flush()
    time.sleep(60)
    return []


def bear() -> list[bytes]:
    """Leaves a child behind that outlives it, and says which."""
    child = subprocess.Popen(["sleep", "60"])
    sys.stderr.write(f"{child.pid}\n")
    sys.stderr.flush()
    time.sleep(60)
    return []


DOES: dict[bytes, Callable[[], Iterable[bytes]]] = {
    b"told": told,
    b"memory": lambda: [b"x" * (300 * MEGABYTE)],
    b"spin": spin,
    b"sleep": sleep,
    b"bear": bear,
    b"abort": lambda: os.abort() or [],
    b"long": lambda: (b"x" * MEGABYTE for _ in range(3)),
    b"exit": lambda: sys.exit(3),
}


def act(content: bytes) -> Iterable[bytes]:
    return DOES[content]() if content in DOES else [content[::-1]]


if __name__ == "__main__":
    answer_with(act)
