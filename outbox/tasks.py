from __future__ import annotations

from django.utils import timezone

from jobs.celery import app
from outbox.runs import run_delivery


@app.task
def deliver() -> None:
    run_delivery("deliver", now=timezone.now())


@app.task
def morning() -> None:
    run_delivery("morning", now=timezone.now())
