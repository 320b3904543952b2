"""The server as a process: how soon it answers, and what a worker holds in memory after a day's kinds of pages."""

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
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import connection
from django.test import Client

from bench import data
from bench.run import Result
from organization.people.models import User
from organization.units.models import Unit
from projects.models import Project

STARTS = 7
MEMORY_AIM = 120  # MiB
BARE = """
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
    """First page of ours against a bare Django; proportional memory of a web worker after fifty pages and a file."""
    folder = os.environ["BENCH_DIR"]
    with open(os.path.join(folder, "bare_app.py"), "w") as file:
        file.write(BARE)
    environment = _environment(folder)
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        env={**os.environ, **environment},
        check=True,
    )
    ours, bare = [], []
    for _start in range(STARTS + 1):
        ours.append(_serve("config.wsgi", os.getcwd(), environment)[0])
        bare.append(_serve("bare_app", folder, environment)[0])
    del ours[0], bare[0]
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    _took, pages, after = _serve("config.wsgi", os.getcwd(), environment, _pages(), _files())
    note = f"{after:.1f} MiB after the whole list as a workbook, written in the same worker"
    return [
        Result("start to first page", statistics.median(ours), statistics.median(bare), ratio, 3.0),
        Result("web worker, PSS after 50 pages", pages, MEMORY_AIM, pages / MEMORY_AIM, 1.0, unit="MiB", note=note),
    ]


def _environment(folder: str) -> dict[str, str]:
    """The real settings over the benchmarks' own data."""
    found = {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": folder, "SECRET_KEY": settings.SECRET_KEY}
    # Compiled modules as on any server, whatever this shell says of them; the first start, which compiles, is not
    # counted.
    found |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": os.path.join(folder, "pycache")}
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return found | {"DATABASE_URL": f"sqlite:///{name}"}
    return found | {"DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"}


def _pages() -> list[str]:
    project = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
    unit = Unit.objects.values_list("pk", flat=True).get(code="u01")
    ranking = f"/dispatch/rankings/{data.YEAR}-11/"
    return [
        "/",
        "/projects/",
        "/projects/?unit=u01",
        f"/projects/{project}/",
        f"/projects/{project}/history/",
        ranking,
        f"{ranking}?unit={unit}&figure=investment_rate",
        "/dispatch/problems/",
        "/dispatch/bulletins/",
        "/account/",
    ]


def _files() -> list[str]:
    return ["/projects/export.xlsx"]


def _serve(
    app: str, folder: str, environment: Mapping[str, str], pages: Sequence[str] = (), files: Sequence[str] = ()
) -> tuple[float, float, float]:
    """Start one worker of *app*: milliseconds to its first page, MiB after fifty of *pages*, MiB after *files*."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    command += ["--no-control-socket", "--log-level", "error", app + ":application"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment})
    try:
        site = f"http://127.0.0.1:{port}"
        _wait_for(f"{site}/sign-in/")
        took = (time.perf_counter() - start) * 1000
        (worker,) = _children(process.pid)
        client = Client()
        client.force_login(User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend")
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        for path in list(pages) * (50 // len(pages)) if pages else ():
            _get(site + path, cookie)
        held = _pss(worker)
        for path in files:
            _get(site + path, cookie)
        return took, held, _pss(worker)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _get(url: str, cookie: str) -> None:
    """Read a page; an answer that is no page ends the benchmark."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie}), timeout=60) as answer:
        answer.read()
        if "/sign-in/" in answer.url:
            raise RuntimeError(f"{url} asks to sign in")


def _wait_for(url: str) -> None:
    for _try in range(3000):
        try:
            urllib.request.urlopen(url, timeout=10).read()
        except urllib.error.HTTPError:
            raise
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
