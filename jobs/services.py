"""Jobs leave a row each time they run, so that one page can say when each last went well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils.translation import gettext as _

from core import undo
from core.collect import gather
from core.models import Answered
from jobs import asked
from jobs.backups import services as backups
from jobs.files import services as files
from jobs.heartbeat import Ticked, tick
from jobs.models import JobRun
from jobs.schedule import Job, scheduled
from jobs.steps import steps
from organization.people import services as people

KEEP = timedelta(days=30)
SENT = timedelta(days=2)  # a form that lay open longer isn't sent again by mistake


LATE = timedelta(minutes=10)  # so much a job may begin after its hour, while the worker has other work
BROKEN_OFF = timedelta(minutes=30)  # still “running” after this: the worker died


class JobFailed(Exception):
    """The job did what it could; the text says what it couldn't."""


@contextmanager
def job(name: str, *, about: str = "", now: datetime) -> Iterator[JobRun]:
    """Record a run of *name*: put what came of it into `run.result`. An error is recorded and goes on."""
    told = {"job": name, "about": about, "status": JobRun.Status.RUNNING, "worker": asked.me()}
    run = JobRun.objects.create(created_at=now, started_at=now, **told)
    begun = monotonic()
    try:
        yield run
    except Exception as error:
        run.status, run.error = JobRun.Status.FAILED, f"{type(error).__name__}: {error}"[:2000]
        raise
    else:
        run.status = JobRun.Status.DONE
    finally:
        run.finished_at = now + timedelta(seconds=monotonic() - begun)
        run.save(update_fields=["status", "error", "result", "finished_at"])


def run_tick(*, now: datetime) -> Ticked:
    """One tick with its record; and what a worker died of is taken up again."""
    with job("tick", now=now) as run:
        ticked = tick(now)
        ticked.done["taken_up"] = asked.take_up(now=now) + make_up(now=now)
        run.result = {name: count for name, count in ticked.done.items() if count}
        if ticked.failures:
            raise JobFailed("\n".join(ticked.failures))
    return ticked


def make_up(*, now: datetime) -> int:
    """Queue what has an hour of the day and wasn't done at it: nobody was there, or its process ended; how many."""
    first = JobRun.objects.order_by("created_at").values_list("created_at", flat=True).first() or now
    owed = 0
    for entry in scheduled():
        due = entry.due(now - LATE)
        if due is None or due < first:
            continue
        runs = list(JobRun.objects.filter(job=entry.name, created_at__gte=due))
        for run in runs:
            if run.status == JobRun.Status.RUNNING and asked.gone(run, now):
                run.status, run.error = JobRun.Status.FAILED, _("Its process ended before it was done")
                run.save(update_fields=["status", "error"])
        if len(runs) < asked.TRIES and all(run.status == JobRun.Status.FAILED for run in runs):
            owed += not asked.queue(entry.task, expires=settings.TICK_EVERY)  # not begun by then: the next tick asks
    return owed


def run_tidy(*, now: datetime) -> None:
    """Forget runs older than a month, but of each job the last good one; files that were kept long enough; and what is
    over of sign-ins."""
    with job("tidy", now=now) as run:
        good = {state.good.pk for state in states(now=now) if state.good}
        old = JobRun.objects.filter(created_at__lt=now - KEEP).exclude(pk__in=good)
        run.result = {"runs": old.delete()[0], "files": files.tidy(now=now), **people.tidy(now=now)}
        run.result["acts"] = undo.tidy(now=now)
        Answered.objects.filter(at__lt=now - SENT).delete()


def run_backup(*, now: datetime) -> None:
    """A backup with its record; what it says is on the page of jobs."""
    with job("backup", now=now) as run:
        path, told = backups.backup(settings.BACKUP_DIR, now=now)
        run.result = {"rows": sum(told.rows.values()), "bytes": path.stat().st_size}


@dataclass(frozen=True)
class JobState:
    """How a job stands: its last good run, its last run, and whether it has missed two in a row."""

    job: Job
    good: JobRun | None
    last: JobRun | None
    missed: bool

    @property
    def failed(self) -> bool:
        return self.last is not None and self.last.status == JobRun.Status.FAILED

    @property
    def words(self) -> str:
        """What came of the last good run: “3 notices, 1 mail”."""
        said = {**self.job.said, **{step.key: step.said for step in steps()}}
        result = self.good.result if self.good else {}
        return _(", ").join(str(said[key]) % {"n": n} for key, n in result.items() if key in said)


def states(*, now: datetime) -> list[JobState]:
    """All jobs of the schedule, as the page of jobs shows them."""
    result = []
    for entry in scheduled():
        runs = JobRun.objects.filter(job=entry.name)
        good = runs.filter(status=JobRun.Status.DONE).first()
        # A job that never ran is not late on the first day: it counts from the first run of any.
        since = (
            good.created_at
            if good
            else JobRun.objects.order_by("created_at").values_list("created_at", flat=True).first()
        )
        late = 2 * (entry.every or timedelta()) + timedelta(minutes=1)
        missed = since is not None and now - since > late
        result.append(JobState(entry, good, runs.first(), missed))
    return result


def title(job: str) -> str:
    """What the office calls *job*."""
    return {entry.name: str(entry.label) for entry in gather("schedule")}.get(job, job)


def broken_off(*, now: datetime) -> list[JobRun]:
    """Runs that say they are running and can't be."""
    return list(JobRun.objects.filter(status=JobRun.Status.RUNNING, started_at__lt=now - BROKEN_OFF)[:20])


def others() -> list[JobRun]:
    """The newest runs of what was asked for by hand: papers, imports."""
    return list(JobRun.objects.exclude(job__in=[entry.name for entry in scheduled()])[:10])
