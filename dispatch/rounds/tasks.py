"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from dispatch.rounds.picture import services
from jobs.celery import work
from jobs.quiet import quietly


@work
def round_picture(run: int) -> None:
    with quietly():
        services.make_picture(run, now=timezone.now())
