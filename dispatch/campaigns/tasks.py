"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from dispatch.campaigns.sheet import services
from jobs.celery import work
from jobs.quiet import quietly


@work
def task_sheet(run: int) -> None:
    with quietly():
        services.make_sheet(run, now=timezone.now())
