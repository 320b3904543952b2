"""Is the house well? What systemd and a watcher ask: a word for each thing that it stands on."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection

from jobs.models import JobRun

FREE = 200 * 1024**2  # bytes that a day may need: PDFs, ledgers, a log
TICKS = 3  # one may be missed while a worker is replaced
WELL = "ok"


def health(*, now: datetime, since: datetime) -> dict[str, str]:
    """For each thing `ok`, or a word for what is wrong with it. Nothing is written into the database.

    *since* is when this process began: a house that was switched off is not ill while it wakes up.
    """
    found = {"database": _database(), "disk": _disk(), "files": _files(), "queue": _queue()}
    return found | {"tick": _tick(now, since) if found["database"] == WELL else "unknown"}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "away"
    return WELL


def _disk() -> str:
    """Where data and files lie: room for a day."""
    try:
        return WELL if min(shutil.disk_usage(path).free for path in _folders()) >= FREE else "full"
    except OSError:
        return "away"


def _files() -> str:
    try:
        for path in _folders():
            with tempfile.TemporaryFile(dir=path):
                pass
    except OSError:
        return "read-only"
    return WELL


def _folders() -> list[Path]:
    return [path for path in (Path(settings.VAR), Path(settings.MEDIA_ROOT)) if os.path.lexists(path)]


def _queue() -> str:
    from jobs.celery import app

    options: dict[str, Any] = {"max_retries": 0, "timeout": 2}
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(**options)
    except Exception:  # of every broker its own
        return "away"
    return WELL


def _tick(now: datetime, since: datetime) -> str:
    """The last good one, by which all that is due by then was done."""
    good = JobRun.objects.filter(job="tick", status=JobRun.Status.DONE).values_list("created_at", flat=True).first()
    return WELL if now - max(good or since, since) <= TICKS * timedelta(seconds=settings.TICK_EVERY) else "late"
