from __future__ import annotations

from django.utils import timezone

from jobs import services as jobs
from jobs.celery import task
from jobs.files.tasks import make_file

__all__ = ["backup", "make_file", "tick", "tidy"]


@task
def tick() -> None:
    jobs.run_tick(now=timezone.now())


@task
def tidy() -> None:
    jobs.run_tidy(now=timezone.now())


@task
def backup() -> None:
    jobs.run_backup(now=timezone.now())
