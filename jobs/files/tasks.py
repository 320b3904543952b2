from __future__ import annotations

from django.utils import timezone

from jobs.celery import work
from jobs.files import services as files


@work
def make_file(run: int) -> None:
    files.make_file(run, now=timezone.now())
