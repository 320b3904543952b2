"""What a stranger's file does behind the fence stays there: bounds, secrets, who waits for whom."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.fence import outside
from core.fence.outside import Busy, Fell, Limits, fenced

GUEST = "tests.support.guest"
LIMITS = Limits(memory=200 * 2**20, seconds=1, patience=20, answer=2 * 2**20)


def test_the_answer_is_the_readers_own() -> None:
    assert fenced(GUEST, b"abc" * 100_000, LIMITS) == b"cba" * 100_000
    assert fenced(GUEST, b"", LIMITS) == b""


def test_the_reader_knows_no_secret_and_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    told = json.loads(fenced(GUEST, b"told", LIMITS))
    bounds = {
        "RLIMIT_AS": [LIMITS.memory] * 2,
        "RLIMIT_CPU": [LIMITS.seconds, LIMITS.seconds + 1],
        "RLIMIT_CORE": [0, 0],
    }
    assert told == {"limits": bounds, "kept": [], "django": False, "worth": "1000"}


@pytest.mark.parametrize(
    ("does", "how"),
    [
        (b"memory", "exit code 1"),
        (b"spin", "SIGXCPU"),
        (b"sleep", "longer than 1 seconds"),
        (b"abort", "SIGABRT"),
        (b"long", "exit code 1"),
        (b"exit", "exit code 3"),
    ],
)
def test_who_goes_over_a_bound_falls_alone_and_the_log_says_how(
    does: bytes, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    limits = replace(LIMITS, patience=1) if does == b"sleep" else LIMITS
    with pytest.raises(Fell, match=how), caplog.at_level(logging.WARNING):
        fenced(GUEST, does, limits)
    assert f"{GUEST} fell ({how}) over a file of {len(does)} bytes" in caplog.text
    assert fenced(GUEST, b"next", LIMITS) == b"txen"


def test_what_it_leaves_behind_ends_with_it(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Fell):
        fenced(GUEST, b"bear", replace(LIMITS, patience=1))
    child = int(caplog.messages[-1].split()[-1])
    assert _eventually(lambda: not _lives(child))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def busy(readers: int) -> Iterator[None]:
    """*readers* places taken by files that hang."""

    def hang() -> None:
        with pytest.raises(Fell):
            fenced(GUEST, b"sleep", replace(LIMITS, patience=2))

    threads = [threading.Thread(target=hang) for _ in range(readers)]
    for thread in threads:
        thread.start()
    taken = Path(settings.FENCE_DIR)
    _eventually(lambda: sum(_locked(file) for file in taken.glob("read*")) == readers)
    yield
    for thread in threads:
        thread.join()


def _locked(file: Path) -> bool:
    return any(f":{file.stat().st_ino} " in line for line in Path("/proc/locks").read_text().splitlines())


def test_one_that_hangs_holds_nobody_up() -> None:
    with busy(1):
        assert fenced(GUEST, b"next", LIMITS) == b"txen"
        assert _locked(Path(settings.FENCE_DIR) / "read0"), "the other one is still at it"


def test_two_are_read_at_once_a_third_waits_its_time_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    with busy(2):
        monkeypatch.setattr(outside, "WAIT", 0.1)
        with pytest.raises(Busy):
            fenced(GUEST, b"next", LIMITS)
        monkeypatch.setattr(outside, "WAIT", 30)
        assert fenced(GUEST, b"next", LIMITS) == b"txen"


def test_a_line_that_is_full_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "IN_LINE", 1)
    with busy(1), pytest.raises(Busy):
        fenced(GUEST, b"next", LIMITS)


def test_where_nothing_can_be_written_it_is_said_and_logged(monkeypatch, tmp_path, caplog) -> None:
    (tmp_path / "full").touch()
    monkeypatch.setattr(settings, "FENCE_DIR", tmp_path / "full" / "fence")
    with pytest.raises(Busy):
        fenced(GUEST, b"next", LIMITS)
    assert "could not be started" in caplog.text


def test_a_reader_whose_asker_was_killed_keeps_its_place_and_ends_by_itself(tmp_path: Path) -> None:
    asks = (
        "from django.conf import settings; from core.fence.outside import Limits, fenced; "
        f"settings.configure(FENCE_DIR={str(tmp_path)!r}, BASE_DIR={str(settings.BASE_DIR)!r}); "
        f"fenced({GUEST!r}, b'sleep', Limits({LIMITS.memory}, 1, 1, 1))"
    )
    asker = subprocess.Popen([sys.executable, "-c", asks], cwd=settings.BASE_DIR)
    reader = _eventually(lambda: _child(asker.pid))
    _eventually(lambda: os.stat(f"/proc/{reader}/fd/1").st_size)
    asker.kill()
    asker.wait()
    assert _locked(tmp_path / "read0")
    assert not _locked(tmp_path / "line0")
    assert _eventually(lambda: not _lives(reader))
    assert not _locked(tmp_path / "read0")


def _eventually(ask: Callable[[], Any]) -> Any:
    """What *ask* gives once it gives anything; falls over after twenty seconds."""
    for _ in range(1_000):
        if found := ask():
            return found
        time.sleep(0.02)
    raise AssertionError(ask)


def _child(of: int) -> int:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _name, _state, parent = path.read_text().split()[:4]
            if int(parent) == of:
                return int(pid)
    return 0
