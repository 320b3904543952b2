"""Work that somebody asks for and a worker does, with a state that can be seen: a draft, a PDF, a file.

What is to be done stands in a row (`JobRun`) before it is queued: a queue that loses a message loses nothing. The row
says which process has it, so that another takes it up where that one is gone.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import progress
from core.collect import gather
from jobs import quiet
from jobs.models import JobRun

log = logging.getLogger(__name__)

LOST = timedelta(minutes=10)  # longer than any of them takes: ask again
TRIES = 3  # what ended its process so often isn't begun again
STEP = "step"  # in the result of a run that is being done: how far it is
OPEN = (JobRun.Status.WAITING, JobRun.Status.RUNNING)


@dataclass(frozen=True)
class State:
    """How far a thing is that somebody asked for. `why` is what a failure said, or what is to be known of it.

    `none` has never been asked for, or is of what was before; `unavailable` can't be made on this machine.
    """

    kind: Literal["none", "waiting", "running", "ready", "failed", "unavailable"]
    why: str = ""
    step: tuple[int, int, str] | None = None  # n of m, and its name as the source has it (`core.progress`)

    @property
    def busy(self) -> bool:
        return self.kind in ("waiting", "running")

    @property
    def how_far(self) -> str:
        return progress.said(*self.step) if self.step else ""


def ask(job: str, about: str, *, now: datetime, **told: Any) -> JobRun:
    """Have a worker do *job* (a key of `JOBS`) once the transaction is through. Asking twice is asking once."""
    open_runs = JobRun.objects.filter(job=job, about=about, status__in=OPEN, created_at__gt=now - LOST)
    for run in open_runs:
        if all(run.result.get(key) == value for key, value in told.items()):
            return run
    run = JobRun.objects.create(job=job, about=about, created_at=now, result=told)
    transaction.on_commit(lambda: _send(run))
    return run


def fail(job: str, about: str, error: Exception, *, now: datetime) -> tuple[JobRun, bool]:
    """What did *job* by itself couldn't: kept where it stands that somebody asked for it; whether that is news."""
    why = f"{type(error).__name__}: {error}"[:2000]
    log.warning("%s %s: %s", job, about, why)
    last = JobRun.objects.filter(job=job, about=about).first()
    if last is not None and (last.status, last.error) == (JobRun.Status.FAILED, why):
        return last, False
    done = {"status": JobRun.Status.FAILED, "error": why, "finished_at": now}
    return JobRun.objects.create(job=job, about=about, created_at=now, **done), True


def state_of(run: JobRun, *, now: datetime) -> State:
    """How far *run* is; one asked for so long ago that nobody can be working on it has failed."""
    if run.status == JobRun.Status.DONE:
        return State("ready")
    if run.result.get("unavailable"):
        return State("unavailable", run.result["unavailable"])
    if run.status == JobRun.Status.FAILED:
        return State("failed", run.error)
    if now - run.created_at > LOST:
        return State("failed")
    n, of, name = run.result.get(STEP) or (0, 0, "")
    step = (int(n), int(of), str(name)) if name else None
    return State("waiting") if run.status == JobRun.Status.WAITING else State("running", step=step)


@contextmanager
def working(run: int, *, now: datetime) -> Iterator[JobRun | None]:
    """The row of a run that is to be done; None if another worker has it. What goes wrong is written into it."""
    before = JobRun.objects.filter(pk=run, status=JobRun.Status.RUNNING).first()
    if before and gone(before, now):
        _let_go(before)
    mine = JobRun.objects.filter(pk=run, status=JobRun.Status.WAITING)
    if not mine.update(status=JobRun.Status.RUNNING, started_at=now, worker=me(), tries=F("tries") + 1):
        yield None
        return
    row, begun = JobRun.objects.get(pk=run), monotonic()
    asked_for = dict(row.result)

    def tell(n: int, of: int, name: str) -> None:
        JobRun.objects.filter(pk=run).update(result={**asked_for, STEP: [n, of, name]})

    try:
        with progress.told(tell):
            yield row
    except Exception as error:
        log.warning("%s %s: %s", row.job, row.about, error)
        row.status, row.error = JobRun.Status.FAILED, f"{type(error).__name__}: {error}"[:2000]
    else:
        row.status = JobRun.Status.DONE
    row.finished_at = now + timedelta(seconds=monotonic() - begun)
    row.save(update_fields=["status", "error", "result", "finished_at"])


def take_up(*, now: datetime) -> int:
    """Send anew what was begun by a process that is gone, and what no queue took, or waits too long; how many."""
    kinds = [entry.name for entry in gather("schedule") if not entry.every]
    runs = JobRun.objects.filter(job__in=kinds, created_at__gt=now - timedelta(days=1))
    waiting = runs.filter(status=JobRun.Status.WAITING)
    unheard = list(waiting.filter(~Q(error="") | Q(created_at__lt=now - LOST)))  # with an error: no queue took it
    begun = [run for run in runs.filter(status=JobRun.Status.RUNNING) if gone(run, now)]
    found = [*(run for run in begun if _let_go(run)), *unheard]
    for run in found:
        _send(run)
    return len(found)


def _let_go(run: JobRun) -> bool:
    """Nobody has *run* any more: whether it waits again, for who ended too many processes has failed."""
    status, error = JobRun.Status.WAITING, ""
    if run.tries >= TRIES:
        status, error = JobRun.Status.FAILED, _("Begun %(n)s times, and the worker died of it") % {"n": run.tries}
    mine = JobRun.objects.filter(pk=run.pk, status=JobRun.Status.RUNNING, worker=run.worker)
    return bool(mine.update(status=status, error=error, started_at=None)) and status == JobRun.Status.WAITING


def me() -> str:
    """This process, by a name that no other has or will have: machine, number, when it began."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{_began(os.getpid())}"


def gone(run: JobRun, now: datetime) -> bool:
    """Whether the process that has *run* is there no more; on another machine, whether it has had time enough."""
    host, _colon, process = run.worker.partition(":")
    number, _colon, began = process.partition(":")
    if host == socket.gethostname()[:60] and began:
        return _began(int(number)) != began
    return now - (run.started_at or run.created_at) > LOST


def _began(process: int) -> str:
    """When *process* began, in the kernel's own ticks; nothing if there is none, or no Linux."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def queue(task: str, *ids: int, expires: float | None = None, to: str = quiet.USUAL) -> str:
    """Give *task* to a worker; why that couldn't be done, or nothing."""
    from jobs.celery import send  # a web worker leaves Celery alone until it has something to send

    try:
        send(task, list(ids), expires=expires, to=to)
    except Exception as error:  # of every broker its own
        log.exception("could not queue %s", task)
        return f"{type(error).__name__}: {error}"[:2000]
    return ""


def _send(run: JobRun) -> None:
    """What no queue takes waits in its row until the next tick finds one."""
    job = {entry.name: entry for entry in gather("schedule")}[run.job]
    if (why := queue(job.task, run.pk, to=quiet.QUIET if job.quiet else quiet.USUAL)) != run.error:
        JobRun.objects.filter(pk=run.pk, status=JobRun.Status.WAITING).update(error=why)
