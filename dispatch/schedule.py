"""What runs by itself, and when: a list. `expires` is just under the period, so that nothing piles up in the queue.

No job trusts its hour: each asks what is due and not yet done, so a run that is missed is made up by the next.
This file is read by `config/celery.py` and touches neither models nor the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Job:
    """`every` is the longest time between two runs that is still in order; two misses are a red mark."""

    name: str
    label: Any
    task: str
    every: timedelta
    at: time | None = None

    def entry(self) -> dict[str, Any]:
        """As Celery's beat wants it."""
        from celery.schedules import crontab  # a web worker asks for the jobs and never for their entries

        seconds = self.every.total_seconds()
        when = crontab(minute=self.at.minute, hour=self.at.hour) if self.at else seconds
        return {"task": self.task, "schedule": when, "options": {"expires": seconds * 0.95}}


def jobs() -> tuple[Job, ...]:
    """All of them, in the order of the page of jobs."""
    often = timedelta(seconds=settings.TICK_EVERY)
    return (
        Job("tick", _("Rounds, reminders, problems"), "dispatch.tasks.tick", often),
        Job("deliver", _("Mail that is due"), "dispatch.tasks.deliver", often),
        Job("morning", _("The morning's mail"), "dispatch.tasks.morning", timedelta(days=1), time(8, 0)),
        Job("tidy", _("Putting old records away"), "dispatch.tasks.tidy", timedelta(days=1), time(3, 30)),
    )


def beat() -> dict[str, dict[str, Any]]:
    """The schedule for `app.conf.beat_schedule`."""
    return {job.name: job.entry() for job in jobs()}
