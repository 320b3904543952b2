"""Twenty photos from a phone, one after the other as the page sends them, to the real server with one web worker: what
that holds in memory, and how long another person's page takes meanwhile."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from statistics import median

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.run import Result
from bench.server import _children, _environment, _get, _wait_for
from core.days.periods import Period
from organization.people.models import User
from projects.models import Photo, Project

PHOTOS = 20
WIDTH, HEIGHT = 4000, 3000
MEMORY = 250  # MiB that the worker may have held at most
LONGEST = 1000  # ms that a page may take meanwhile: more, and the worker is blocked
TOKEN = "a" * 32


def measure(_rounds: int) -> list[Result]:
    """The worker's peak, and the slowest of the pages that were read while the photos came."""
    folder = os.environ["BENCH_DIR"]
    environment = {**os.environ, **_environment(folder)}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=environment, check=True)
    project = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
    client = Client()
    client.force_login(User.objects.get(username="office"), backend="django.contrib.auth.backends.ModelBackend")
    (cookie,) = (f"{name}={morsel.value}" for name, morsel in client.cookies.items() if "session" in name)
    connection.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"]
    command += ["--worker-class", "config.web.Worker", "--no-control-socket", "--log-level", "error"]
    server = subprocess.Popen([*command, "config.wsgi:application"], env=environment)
    site = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{site}/sign-in/")
        (worker,) = _children(server.pid)
        _page(site, cookie)  # warm
        idle = [_page(site, cookie) for _n in range(10)]
        before, pages = _peak(worker), list[float]()
        over = threading.Event()
        reader = threading.Thread(target=_read, args=(site, cookie, over, pages))
        reader.start()
        begun = time.perf_counter()
        try:
            for photo in _photos():
                _send(site, cookie, project, photo)
        finally:
            over.set()
            reader.join()
        took, peak = time.perf_counter() - begun, _peak(worker)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    kept = Photo.objects.filter(project=project).count()
    assert kept == PHOTOS, kept
    note = f"{PHOTOS} in {took:.0f} s; the worker held {before:.0f} MiB before"
    slow = f"{len(pages)} pages, median {median(pages):.0f} ms; with nothing else {max(idle):.0f} at most"
    return [
        Result(
            "20 photos of 12 megapixels: web worker, peak", peak, MEMORY, peak / MEMORY, 1.0, unit="MiB", note=note
        ),
        Result("another's page meanwhile, the slowest", max(pages), LONGEST, max(pages) / LONGEST, 1.0, note=slow),
    ]


def _photos() -> list[bytes]:
    """Twenty files of one picture that differ in a comment: no two are the same file."""
    from PIL import Image

    room = io.BytesIO()
    Image.effect_noise((1000, 750), 60).resize((WIDTH, HEIGHT)).convert("RGB").save(room, "JPEG", quality=95)
    jpeg = room.getvalue()
    return [jpeg[:2] + b"\xff\xfe\x00\x04" + n.to_bytes(2, "big") + jpeg[2:] for n in range(PHOTOS)]


def _send(site: str, cookie: str, project: int, photo: bytes) -> None:
    """One photo as `static/js/photos.js` sends it."""
    edge = "photo-of-the-bench"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="IMG.jpg"\r\n'
    body = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + f"\r\n--{edge}--\r\n".encode()
    headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json"}
    headers["Content-Type"] = f"multipart/form-data; boundary={edge}"
    address = f"{site}/projects/{project}/photos/{Period.of(timezone.localdate())}/"
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=120) as answer:
        answer.read()


def _page(site: str, cookie: str) -> float:
    begun = time.perf_counter()
    _get(f"{site}/account/", cookie)
    return (time.perf_counter() - begun) * 1000


def _read(site: str, cookie: str, over: threading.Event, took: list[float]) -> None:
    while not over.is_set():
        took.append(_page(site, cookie))
        time.sleep(0.05)


def _peak(pid: int) -> float:
    """The most that the process has held in memory so far, in MiB."""
    with open(f"/proc/{pid}/status") as status:
        return int(status.read().split("VmHWM:")[1].split()[0]) / 1024
