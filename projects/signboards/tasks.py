from __future__ import annotations

from django.utils import timezone

from jobs.celery import work
from jobs.quiet import quietly
from projects.signboards import papers


@work
def signboard(run: int) -> None:
    with quietly():
        papers.make_board(run, now=timezone.now())
