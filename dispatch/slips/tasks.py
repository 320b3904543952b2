"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from dispatch.slips import services
from jobs.celery import work
from jobs.quiet import quietly


@work
def slip_pdf(run: int) -> None:
    with quietly():
        services.make_file(run, now=timezone.now())
