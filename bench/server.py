"""The server as a process: how soon it answers, and what a worker holds in memory."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

from bench.run import Result

STARTS = 5
MEMORY_AIM = 120  # MiB
BARE = """
import os
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, LOGGING_CONFIG=None)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("sign-in/", lambda request: HttpResponse("ok"))]
application = get_wsgi_application()
"""


def measure(rounds: int) -> list[Result]:
    """First page of ours against a bare Django; proportional memory of a web worker after some pages."""
    folder = os.environ["BENCH_DIR"]
    with open(os.path.join(folder, "bare_app.py"), "w") as file:
        file.write(BARE)
    mine, theirs, memory = [], [], []
    for _start in range(STARTS):
        took, held = _serve("config.wsgi", os.getcwd())
        mine.append(took)
        memory.append(held)
        theirs.append(_serve("bare_app", folder)[0])
    ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    held = statistics.median(memory)
    return [
        Result("start to first page", statistics.median(mine), statistics.median(theirs), ratio, 3.0),
        Result("web worker, PSS after pages", held, MEMORY_AIM, held / MEMORY_AIM, 1.0, unit="MiB"),
    ]


def _serve(app: str, folder: str) -> tuple[float, float]:
    """Start one worker of *app*; milliseconds to its first page, then MiB of the worker after fifty more."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    command += ["--no-control-socket", "--log-level", "error", app + ":application"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"})
    try:
        url = f"http://127.0.0.1:{port}/sign-in/"
        _wait_for(url)
        took = (time.perf_counter() - start) * 1000
        for _page in range(50):
            urllib.request.urlopen(url, timeout=10).read()
        (worker,) = _children(process.pid)
        return took, _pss(worker)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for(url: str) -> None:
    for _try in range(3000):
        try:
            urllib.request.urlopen(url, timeout=10).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(url)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def _pss(pid: int) -> float:
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
