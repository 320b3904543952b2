"""The house's own processes under a systemd that this process plays, and an officer who saves all the while."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db.models import Count

from bench.load import PROGRESS, SAVE, WAN, Person, Record
from drill.house import ROOT
from projects.models import MonthlyReport

UNIT = (ROOT / "deploy" / "county.service").read_text(encoding="utf-8")
WATCHDOG = int(UNIT.partition("WatchdogSec=")[2].split()[0])  # seconds
TICK = 20  # seconds between two ticks, so that a drill doesn't wait for five minutes


def below(pid: int) -> list[int]:
    """The children of *pid*; a thread of its may have made them."""
    found = []
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in told.read_text().split()]
    return sorted(found)


def everything(pid: int) -> list[int]:
    """*pid* and all below it."""
    return [pid, *(one for child in below(pid) for one in everything(child))]


def end(pids: list[int], number: int = signal.SIGKILL) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


class Server:
    """`script/server` as a service: started anew where it ends, or where its watchdog isn't heard for WATCHDOG."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(str(folder / "notify"))
        self.heard.settimeout(0.5)
        self.environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), "TICK_EVERY": str(TICK)}
        self.log, self.over = (folder / "server.log").open("ab"), threading.Event()
        self.systemd = threading.Thread(target=self._watch)

    def __enter__(self) -> Server:
        self._start()
        self.systemd.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.systemd.join()
        self.process.terminate()
        self.process.wait(timeout=60)
        self.heard.close()
        self.log.close()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "script/supervise.py", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _watch(self) -> None:
        last = time.monotonic()
        while not self.over.is_set():
            with suppress(TimeoutError):
                self.heard.recv(100)
                last = time.monotonic()
            if self.process.poll() is not None or time.monotonic() - last > WATCHDOG:
                self.power_cut()
                self._start()
                last = time.monotonic()

    def power_cut(self) -> None:
        """End all of it at once; systemd does so with what a dead service leaves, too."""
        end(everything(self.process.pid))
        self.process.wait()

    def part(self, word: str) -> int:
        """The process below the supervisor whose command has *word*; 0 where there is none."""
        for pid in below(self.process.pid):
            with suppress(OSError):
                if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    return pid
        return 0


class Saver(threading.Thread):
    """An officer who saves row after row, and knows what was answered: it has to be on file, and once."""

    def __init__(self, person: Person, month: str, rows: dict[int, int]) -> None:
        super().__init__(daemon=True)
        self.person, self.month, self.rows = person, month, rows
        self.known = dict.fromkeys(rows, (0, 0))  # version and yuan, as answered
        self.tried = dict.fromkeys(rows, 0)
        self.answered, self.unanswered, self.lost = 0, 0, set[int]()
        self.last = 0.0
        self.one, self.over = threading.Lock(), threading.Event()

    def run(self) -> None:
        for turn in range(10**9):
            for pk, base in self.rows.items():
                if self.over.wait(0.2):
                    return
                with self.one:
                    self._save(pk, base + turn % 7 + 1)

    def _save(self, pk: int, works: int) -> None:
        version = self.known[pk][0]
        self.tried[pk] = works * WAN
        form = {f"r-{pk}-version": str(version), f"r-{pk}-works": str(works), f"r-{pk}-progress": PROGRESS}
        text = self.person.ask(SAVE, f"/projects/reports/{self.month}/", form, "application/json")
        if text and json.loads(text)["rows"].get(str(pk), {}).get("version") == version + 1:
            self.known[pk] = (version + 1, works * WAN)
            self.answered, self.last = self.answered + 1, time.monotonic()
        else:
            self.unanswered += 1
            self._compare(pk)

    def _compare(self, pk: int) -> None:
        """What was answered stands; what got no answer stands or doesn't."""
        version, works = self.known[pk]
        report = MonthlyReport.objects.filter(project=pk, month=self.month).first()
        found = (report.version, report.works or 0) if report else (0, 0)
        if found not in {(version, works), (version + 1, self.tried[pk])}:
            self.lost.add(pk)
        self.known[pk] = found

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing is under way while this lasts."""
        with self.one:
            yield

    def wrong(self) -> tuple[int, int]:
        """How many rows were lost, how many saves stand twice in the history."""
        with self.quiet():
            for pk in self.rows:
                self._compare(pk)
            history = MonthlyReport.history.model.objects.filter(month=self.month, project__in=list(self.rows))
            steps = history.order_by().values("id", "version").annotate(n=Count("pk"))
            return len(self.lost), sum(step["n"] - 1 for step in steps)


def person(port: int, cookie: str) -> Person:
    return Person(port, cookie, Record())
