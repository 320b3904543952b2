"""script/server's last step with real processes: whatever ends it, nothing is left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from script.supervise import DEATHS, answers, processes

WORKER = b"\0--queues=celery\0"  # beside that of the papers
PATIENCE = 12  # seconds; beat sleeps ten at most
ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def parents() -> dict[int, int]:
    """Each process's parent, by /proc."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue  # gone meanwhile
    return found


def descendants(pid: int) -> set[int]:
    """All processes below *pid*."""
    parent_of = parents()
    found: set[int] = set()
    new = {pid}
    while new:
        new = {child for child, parent in parent_of.items() if parent in new} - found
        found |= new
    return found


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # gone meanwhile


def wait_for(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return bool(condition())


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@pytest.fixture
def server(tmp_path):
    """A running server with its own data, once it has printed its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "PYTEST_CURRENT_TEST"}},
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "VAR_DIR": str(tmp_path),
        "WATCH_SECONDS": str(PATIENCE),
    }
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "script/supervise.py", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        told = (tmp_path / "log").read_text
        wait_for(lambda: f"localhost:{port}" in told() or process.poll() is not None, 60)
        assert f"localhost:{port}" in told(), told()
        # web: master and worker; queues: worker and its two hands, that of the papers and its one, beat
        assert wait_for(lambda: len(descendants(process.pid)) >= 8 or process.poll() is not None, 60)
        assert process.poll() is None, told()
        yield process, port
    finally:
        below = descendants(process.pid)
        process.kill()
        process.wait()
        for pid in alive(below):
            os.kill(pid, signal.SIGKILL)
        log.close()


def test_ctrl_c_ends_web_worker_and_beat(server):
    process, port = server
    below = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) == 0
    assert not alive(below)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_part_that_dies_or_hangs_is_started_anew(server):
    process, port = server

    def part(word: bytes) -> int:
        """The part whose command says *word*, once it is there."""
        own = (child for child, parent in parents().items() if parent == process.pid)
        return next((pid for pid in own if word in cmdline(pid)), 0)

    before = {word: part(word) for word in (b"\0beat\0", WORKER, b"gunicorn")}
    assert all(before.values())
    hands = descendants(before[WORKER])
    os.kill(before[b"\0beat\0"], signal.SIGKILL)
    os.kill(before[WORKER], signal.SIGSTOP)
    os.kill(before[b"gunicorn"], signal.SIGSTOP)
    assert wait_for(lambda: all(part(word) not in {0, pid} for word, pid in before.items()), 4 * PATIENCE)
    assert not alive(hands), "nobody works for a worker that is gone"
    worker = part(WORKER)
    for _time in range(3):  # a hand that dies before the worker has all of them is put back, and nothing else
        assert wait_for(lambda: len(descendants(worker)) >= 2 or part(WORKER) not in {0, worker}, 30)
        if hands := descendants(worker):
            os.kill(min(hands), signal.SIGKILL)  # it may have had the lock that the other waits for
        if wait_for(lambda: part(WORKER) not in {0, worker}, 30):
            break
    assert part(WORKER) not in {0, worker}, "the whole worker is renewed"
    assert wait_for(lambda: len(descendants(part(WORKER))) >= 2, 30)
    assert wait_for(lambda: answers("127.0.0.1", port), 30)
    assert process.poll() is None
    assert (Path(f"/proc/{process.pid}/fd/1").resolve().read_text().count("starting it anew")) == 4


def test_what_dies_again_and_again_ends_all(server):
    process, _port = server
    below = descendants(process.pid)

    def beat() -> int:
        return next((pid for pid in descendants(process.pid) if b"\0beat\0" in cmdline(pid)), 0)

    for _death in range(DEATHS + 1):
        wait_for(lambda: process.poll() is not None or beat(), 60)  # a busy machine takes a while to start it anew
        if there := beat():
            os.kill(there, signal.SIGKILL)
            wait_for(lambda there=there: process.poll() is not None or not alive({there}), 30)
    assert process.wait(timeout=120) == 1
    assert not alive(below)


@pytest.mark.parametrize(
    ("database", "cores", "expected"),
    [
        ("", 8, 1),
        ("sqlite:////srv/county/db.sqlite3", 8, 1),
        ("postgresql://county@127.0.0.1/county", 1, 2),
        ("postgresql://county@127.0.0.1/county", 2, 2),
        ("postgres://county@127.0.0.1/county", 4, 4),
        ("postgresql://county@127.0.0.1/county", 64, 8),
    ],
)
def test_as_many_web_processes_as_the_database_and_the_cores_bear(database: str, cores: int, expected: int):
    assert processes(database, cores) == expected


def test_a_taken_port_is_said_in_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "script/supervise.py", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
