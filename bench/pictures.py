"""From a section that is kept to the page as it prints, as an editor's browser sees it: asked each second, until the
new picture is there."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import data
from bench.run import Result
from bench.server import _environment, _get, _pages, _wait_for
from core.days.periods import Period
from organization.people.models import User
from organization.units.models import Unit

EDITS = 12
READERS = 4  # people who read as fast as pages come meanwhile
ROWS, PROJECTS = 60, 150  # of each annex, of the county: a bulletin names dozens, not thousands
KEY = "next"
AIM = 5000.0  # ms
TOKEN = "a" * 32
LONGEST = 60.0  # seconds that one may take
POLL = 1.0  # seconds: `every 1s` of the page


@dataclass
class Editor:
    """A browser with the bulletin open."""

    site: str
    cookie: str
    pk: int
    version: int = 1
    have: str = ""

    def ask(self, path: str, data: dict[str, str] | None = None) -> str:
        headers = {"Cookie": f"{self.cookie}; csrftoken={TOKEN}", "HX-Request": "true", "X-CSRFToken": TOKEN}
        sent = urllib.parse.urlencode(data).encode() if data is not None else None
        address = f"{self.site}/dispatch/bulletins/{self.pk}/{path}"
        with urllib.request.urlopen(urllib.request.Request(address, sent, headers), timeout=60) as answer:
            return str(answer.read().decode())

    def wait(self) -> str:
        """The address of the newest picture's first page, once it is another than before."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            time.sleep(POLL)
            page = self.ask(f"pages/?have={self.have}")
            found = re.search(r'src="[^"]*/pages/(\w+)/1\.png"', page)
            if found and found[1] != self.have and "every 1s" not in page:
                self.have = found[1]
                return f"pages/{found[1]}/1.png"
        raise TimeoutError("no picture")

    def edit(self, text: str) -> float:
        """Milliseconds from the press of the button to the picture that shows it."""
        begun = time.perf_counter()
        self.ask(f"block/{KEY}/", {"version": str(self.version), "text": text})
        self.version += 1
        _get(f"{self.site}/dispatch/bulletins/{self.pk}/{self.wait()}", self.cookie)
        return (time.perf_counter() - begun) * 1000


def measure(_rounds: int) -> list[Result]:
    """The slowest but one of twenty edits (p95) while nothing else is done, and while people read."""
    folder, pk = os.environ["BENCH_DIR"], _bulletin()
    environment = {**os.environ, **_environment(folder), "TICK_EVERY": "3600"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=environment, check=True)
    client = Client()
    client.force_login(User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend")
    (cookie,) = (f"{name}={morsel.value}" for name, morsel in client.cookies.items() if "session" in name)
    paths = _pages()
    connection.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "script/supervise.py", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    site = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{site}/sign-in/")
        editor = Editor(site, cookie, pk)
        editor.ask("pages/", {})
        editor.wait()  # the worker is warm
        pages = len(re.findall(r"\.png", editor.ask("pages/?have=none")))
        return [
            _result(f"edit → picture, {pages} pages, nothing else", _edits(editor, "无人")),
            _result(f"edit → picture, {pages} pages, {READERS} read", _edits_among_readers(editor, paths)),
        ]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _edits(editor: Editor, word: str) -> list[float]:
    return [editor.edit(f"{word}：第{number}次改动，各责任单位要倒排工期。") for number in range(EDITS)]


def _edits_among_readers(editor: Editor, paths: list[str]) -> list[float]:
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            for path in paths:
                if not over.is_set():
                    _get(editor.site + path, editor.cookie)

    readers = [threading.Thread(target=read) for _n in range(READERS)]
    for one in readers:
        one.start()
    try:
        return _edits(editor, "有人")
    finally:
        over.set()
        for one in readers:
            one.join()


def _result(name: str, took: list[float]) -> Result:
    p95 = sorted(took)[min(round(len(took) * 0.95), len(took) - 1)]
    note = f"{len(took)} edits: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, longest {max(took):.0f} ms"
    return Result(name, p95, AIM, p95 / AIM, 1.0, note=note)


def _bulletin() -> int:
    """A bulletin with the annexes and figures of a county of usual size: those of 10,000 projects are megabytes."""
    from dispatch.bulletins import services as bulletins

    county, period = Unit.objects.get(code="bench"), Period.month(data.YEAR, 10)
    row = bulletins.draft_bulletin(county, "monthly", period, now=timezone.now(), unfinished="压测")
    for blocks in (row.content, row.draft):
        for block in blocks:
            if "rows" in block:
                block["rows"] = block["rows"][:ROWS]
    figures = dict(row.figures)
    figures["inputs"] = figures["inputs"][:PROJECTS]
    figures["lists"] = {key: items[:ROWS] for key, items in figures["lists"].items()}
    row.figures = {**figures, "facts": {**figures["facts"], "projects": {}}}
    row.save()
    return row.pk
