"""What a worker does. A task takes ids or nothing, calls one service, and leaves a row that says how it went."""

from __future__ import annotations

from django.utils import timezone

from config.celery import app
from dispatch.services import jobs, papers


@app.task
def tick() -> None:
    jobs.run_tick(now=timezone.now())


@app.task
def deliver() -> None:
    jobs.run_delivery("deliver", now=timezone.now())


@app.task
def morning() -> None:
    jobs.run_delivery("morning", now=timezone.now())


@app.task
def tidy() -> None:
    jobs.run_tidy(now=timezone.now())


@app.task
def bulletin_draft(run: int) -> None:
    papers.make_draft(run, now=timezone.now())


@app.task
def bulletin_pdf(run: int) -> None:
    papers.make_pdf(run, now=timezone.now())
