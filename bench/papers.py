"""Ten bulletins drafted and set beside the web: what the pages of those who work meanwhile take."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import data
from bench.run import Result
from bench.server import _environment, _get, _pages, _wait_for
from core.days.periods import Period
from jobs import asked
from jobs.models import JobRun
from organization.people.models import User
from organization.units.models import Unit

DRAFTS = 10
SECONDS = 20  # in which pages are read while nothing else is done
PAUSE = 0.1  # between two pages: one person who reads fast
AIM = 1.5
JOB = "bulletin_draft"
LONGEST = 600  # seconds that ten drafts may take


def measure(_rounds: int) -> Result:
    """The 95th of a hundred pages while ten drafts wait and are made, against the same with nothing to make."""
    folder = os.environ["BENCH_DIR"]
    environment = {**os.environ, **_environment(folder), "TICK_EVERY": "3600"}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=environment, check=True)
    client = Client()
    client.force_login(User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend")
    (cookie,) = (f"{name}={morsel.value}" for name, morsel in client.cookies.items() if "session" in name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "script/supervise.py", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    site = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{site}/sign-in/")
        _read(site, cookie, until=lambda begun: time.monotonic() - begun > SECONDS / 4)  # warm
        idle = _read(site, cookie, until=lambda begun: time.monotonic() - begun > SECONDS)
        _queue(environment)
        begun = time.monotonic()
        busy = _read(site, cookie, until=lambda _begun: _made() >= DRAFTS or time.monotonic() - begun > LONGEST)
        took = time.monotonic() - begun
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    done, failed = _made(), JobRun.objects.filter(job=JOB, status=JobRun.Status.FAILED)
    ours, floor = (sorted(times)[int(len(times) * 0.95)] * 1000 for times in (busy, idle))
    note = f"{done} drafts in {took:.0f} s, {len(busy)} pages read meanwhile; p95 {ours:.0f} ms, idle {floor:.0f} ms"
    note += "".join(f"; failed: {run.error[:80]}" for run in failed[:1])
    return Result("a page while ten drafts are made, p95", ours, floor, ours / floor, AIM, note=note)


def _read(site: str, cookie: str, *, until: Callable[[float], bool]) -> list[float]:
    """How long each page took that was read one after the other."""
    took, begun, pages = [], time.monotonic(), _pages()
    while not until(begun):
        for path in pages:
            start = time.perf_counter()
            _get(site + path, cookie)
            took.append(time.perf_counter() - start)
            time.sleep(PAUSE)
    connection.close()
    return took


def _queue(environment: dict[str, str]) -> None:
    """The drafts of ten months, asked for as the office does; the process that queues them has the server's folder."""
    county, now = Unit.objects.counties().get(), timezone.now()
    runs = []
    for month in range(1, DRAFTS + 1):
        period = Period.month(data.YEAR, month)
        about = f"{county.pk}:monthly:{period}"
        told = {"unfinished": "压测"}
        runs.append(JobRun.objects.create(job=JOB, about=about, created_at=now, result=told).pk)
    send = "import django, sys; django.setup(); from jobs import asked\n"
    send += f"for pk in sys.argv[1:]: print(asked.queue('dispatch.bulletins.tasks.{JOB}', int(pk), to='papers'))"
    subprocess.run([sys.executable, "-c", send, *map(str, runs)], env=environment, check=True, capture_output=True)


def _made() -> int:
    found = JobRun.objects.filter(job=JOB).exclude(status__in=asked.OPEN).count()
    connection.close()
    return found
