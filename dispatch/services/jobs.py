"""Jobs leave a row each time they run, so that one page can say when each last went well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tick import steps
from dispatch.heartbeat import Ticked, tick
from dispatch.models import Delivery, JobRun, Notice
from dispatch.schedule import Job, jobs
from dispatch.services import notices

KEEP = timedelta(days=30)
BROKEN_OFF = timedelta(minutes=30)  # still “running” after this: the worker died
WORDS = {
    "mails": gettext_lazy("%(n)s mails"),
    "notices": gettext_lazy("%(n)s notices in them"),
    "failed": gettext_lazy("%(n)s mails failed"),
    "runs": gettext_lazy("%(n)s old records put away"),
}
ASKED_FOR = {"bulletin_draft": gettext_lazy("Draft of a bulletin"), "bulletin_pdf": gettext_lazy("PDF of a bulletin")}


class JobFailed(Exception):
    """The job did what it could; the text says what it couldn't."""


@contextmanager
def job(name: str, *, about: str = "", now: datetime) -> Iterator[JobRun]:
    """Record a run of *name*: put what came of it into `run.result`. An error is recorded and goes on."""
    run = JobRun.objects.create(job=name, about=about, status=JobRun.Status.RUNNING, created_at=now, started_at=now)
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
    """One tick with its record."""
    with job("tick", now=now) as run:
        ticked = tick(now)
        run.result = {name: count for name, count in ticked.done.items() if count}
        if ticked.failures:
            raise JobFailed("\n".join(ticked.failures))
    return ticked


def run_delivery(name: str, *, now: datetime) -> notices.Delivered:
    """Send what is due. A tick goes first: after a night without power the morning's mail holds all of it."""
    with job(name, now=now) as run:
        ticked = tick(now)
        delivered = notices.deliver(now=now)
        run.result = {key: count for key, count in asdict(delivered).items() if count}
        if ticked.failures:
            raise JobFailed("\n".join(ticked.failures))
    return delivered


def run_tidy(*, now: datetime) -> None:
    """Forget runs older than a month, but of each job the last good one."""
    with job("tidy", now=now) as run:
        good = {state.good.pk for state in states(now=now) if state.good}
        old = JobRun.objects.filter(created_at__lt=now - KEEP).exclude(pk__in=good)
        run.result = {"runs": old.delete()[0]}


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
        result = self.good.result if self.good else {}
        said = {step.key: step.said for step in steps()} | WORDS
        return _(", ").join(str(said[key]) % {"n": n} for key, n in result.items() if key in said)


def states(*, now: datetime) -> list[JobState]:
    """All jobs of the schedule, as the page of jobs shows them."""
    result = []
    for entry in jobs():
        runs = JobRun.objects.filter(job=entry.name)
        good = runs.filter(status=JobRun.Status.DONE).first()
        # A job that never ran is not late on the first day: it counts from the first run of any.
        since = (
            good.created_at
            if good
            else JobRun.objects.order_by("created_at").values_list("created_at", flat=True).first()
        )
        missed = since is not None and now - since > 2 * entry.every + timedelta(minutes=1)
        result.append(JobState(entry, good, runs.first(), missed))
    return result


def title(job: str) -> str:
    """What the office calls *job*."""
    scheduled = {entry.name: str(entry.label) for entry in jobs()}
    return (scheduled | {name: str(label) for name, label in ASKED_FOR.items()}).get(job, job)


def broken_off(*, now: datetime) -> list[JobRun]:
    """Runs that say they are running and can't be."""
    return list(JobRun.objects.filter(status=JobRun.Status.RUNNING, started_at__lt=now - BROKEN_OFF)[:20])


def others() -> list[JobRun]:
    """The newest runs of what was asked for by hand: papers, imports."""
    return list(JobRun.objects.exclude(job__in=[entry.name for entry in jobs()])[:10])


def deliveries_by_status(county_id: int) -> dict[str, int]:
    """How many messages of a county stand where."""
    rows = Delivery.objects.filter(notice__county=county_id).values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows.order_by()}


def unread(user_id: int) -> int:
    return Notice.objects.filter(person=user_id, read_at=None).count()
