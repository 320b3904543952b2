"""Work that somebody asks for and a worker does, with a state that can be seen: a draft, a PDF, a file.

What is to be done stands in a row (`JobRun`) before it is queued: a queue that loses a message loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from core.collect import gather
from jobs.models import JobRun

log = logging.getLogger(__name__)

LOST = timedelta(minutes=10)  # longer than any of them takes: ask again
OPEN = (JobRun.Status.WAITING, JobRun.Status.RUNNING)


def ask(job: str, about: str, *, now: datetime, **told: Any) -> JobRun:
    """Have a worker do *job* (a key of `JOBS`) once the transaction is through. Asking twice is asking once."""
    open_runs = JobRun.objects.filter(job=job, about=about, status__in=OPEN, created_at__gt=now - LOST)
    for run in open_runs:
        if all(run.result.get(key) == value for key, value in told.items()):
            return run
    run = JobRun.objects.create(job=job, about=about, created_at=now, result=told)
    transaction.on_commit(lambda: _send(run))
    return run


def lost(run: JobRun, now: datetime) -> bool:
    """Whether *run* was asked for so long ago that nobody can be working on it."""
    return now - run.created_at > LOST


@contextmanager
def working(run: int, *, now: datetime) -> Iterator[JobRun | None]:
    """The row of a run that is to be done; None if another worker has it. What goes wrong is written into it."""
    mine = JobRun.objects.filter(pk=run, status=JobRun.Status.WAITING)
    if not mine.update(status=JobRun.Status.RUNNING, started_at=now):
        yield None
        return
    row, begun = JobRun.objects.get(pk=run), monotonic()
    try:
        yield row
    except Exception as error:
        log.warning("%s %s: %s", row.job, row.about, error)
        row.status, row.error = JobRun.Status.FAILED, f"{type(error).__name__}: {error}"[:2000]
    else:
        row.status = JobRun.Status.DONE
    row.finished_at = now + timedelta(seconds=monotonic() - begun)
    row.save(update_fields=["status", "error", "result", "finished_at"])


def _send(run: JobRun) -> None:
    from jobs.celery import app  # a web worker leaves Celery alone until it has something to send

    task = {entry.name: entry.task for entry in gather("schedule")}[run.job]
    try:
        app.send_task(task, [run.pk])
    except Exception as error:  # no broker: the page says so, nothing is lost
        log.exception("could not queue %s", run.job)
        run.status, run.error = JobRun.Status.FAILED, f"{type(error).__name__}: {error}"[:2000]
        run.save(update_fields=["status", "error"])
