"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from dispatch.services import jobs, papers


@shared_task
def tick() -> None:
    jobs.run_tick(now=timezone.now())


@shared_task
def deliver() -> None:
    jobs.run_delivery("deliver", now=timezone.now())


@shared_task
def morning() -> None:
    jobs.run_delivery("morning", now=timezone.now())


@shared_task
def tidy() -> None:
    jobs.run_tidy(now=timezone.now())


@shared_task
def bulletin_draft(run: int) -> None:
    papers.make_draft(run, now=timezone.now())


@shared_task
def bulletin_pdf(run: int) -> None:
    papers.make_pdf(run, now=timezone.now())
