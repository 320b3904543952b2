from __future__ import annotations

from django.utils import timezone

from jobs.celery import work
from jobs.quiet import quietly
from projects.sponsorship import papers


@work
def leader_report(run: int) -> None:
    with quietly():
        papers.make_paper(run, now=timezone.now())
