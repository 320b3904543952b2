from __future__ import annotations

from django.utils import timezone

from jobs.celery import task
from outbox.runs import run_delivery


@task
def deliver() -> None:
    run_delivery("deliver", now=timezone.now())


@task
def morning() -> None:
    run_delivery("morning", now=timezone.now())
