"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from dispatch.bulletins import papers
from jobs.celery import work


@work
def bulletin_draft(run: int) -> None:
    papers.make_draft(run, now=timezone.now())


@work
def bulletin_paper(run: int) -> None:
    papers.make_paper(run, now=timezone.now())
