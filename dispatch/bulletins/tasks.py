"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from dispatch.bulletins import papers
from dispatch.bulletins.editor import pictures
from jobs.celery import work
from jobs.quiet import quietly


@work
def bulletin_draft(run: int) -> None:
    with quietly():
        papers.make_draft(run, now=timezone.now())


@work
def bulletin_paper(run: int) -> None:
    with quietly():
        papers.make_paper(run, now=timezone.now())


@work
def bulletin_pages(run: int) -> None:
    with quietly():
        pictures.make_pages(run, now=timezone.now())
