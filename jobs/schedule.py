"""What runs by itself, and when: a list. `expires` is just under the period, so that nothing piles up in the queue.

No job trusts its hour: each asks what is due and not yet done, so a run that is missed is made up by the next.
Each app declares its own in `JOBS` of its `schedule.py`, which touches neither models nor the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.collect import gather

OFTEN = timedelta(seconds=settings.TICK_EVERY)
TIDIED = {
    "runs": _("%(n)s old records put away"),
    "files": _("%(n)s files that were kept long enough"),
    "sessions": _("%(n)s sessions that were over"),
    "attempts": _("%(n)s wrong passwords of earlier days"),
    "sign_ins": _("%(n)s old sign-ins"),
    "acts": _("%(n)s acts that can't be taken back any more"),
}
TAKEN_UP = {"taken_up": _("%(n)s broken off begun anew")}


@dataclass(frozen=True)
class Job:
    """`every` is the longest time between two runs that is still in order; two misses are a red mark. Without it the
    job runs when somebody asks for it. `said` are the words for what its runs count, with the number as `%(n)s`.
    `quiet` ones wait in a queue of their own and are done one at a time (`jobs.quiet`)."""

    name: str
    label: Any
    task: str
    every: timedelta | None = None
    at: time | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False

    def entry(self) -> dict[str, Any]:
        """As Celery's beat wants it."""
        from celery.schedules import crontab  # a web worker asks for the jobs and never for their entries

        seconds = self.every.total_seconds() if self.every else 0.0
        when = crontab(minute=self.at.minute, hour=self.at.hour) if self.at else seconds
        return {"task": self.task, "schedule": when, "options": {"expires": seconds * 0.95}}

    def due(self, now: datetime) -> datetime | None:
        """The last moment up to *now* at which it was to run, if it has an hour of the day."""
        if self.at is None:
            return None
        local = timezone.localtime(now)
        hour = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return hour if hour <= local else hour - timedelta(days=1)


JOBS = (
    Job("tick", _("Rounds, reminders, problems"), "jobs.tasks.tick", OFTEN, said=TAKEN_UP),
    Job("tidy", _("Putting old records away"), "jobs.tasks.tidy", timedelta(days=1), time(3, 30), TIDIED),
    *(
        [Job("backup", _("Backup"), "jobs.tasks.backup", timedelta(days=1), time(2, 15))]
        if settings.BACKUP_DAILY
        else []
    ),
)


def scheduled() -> tuple[Job, ...]:
    """Those that run by themselves, in the order of the page of jobs."""
    return tuple(job for job in gather("schedule") if job.every)


def beat() -> dict[str, dict[str, Any]]:
    """The schedule for `app.conf.beat_schedule`."""
    return {job.name: job.entry() for job in scheduled()}
