"""Bulletins on their way to publication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.amounts import figures
from dispatch.bulletins.models import Bulletin
from jobs.waiting import Line, Waiting
from organization.models import Unit


def _drafts(county: Unit, now: datetime) -> Iterator[Line]:
    for bulletin in (
        Bulletin.objects.standing().filter(county=county).exclude(status=Bulletin.Status.PUBLISHED).listed()
    ):
        yield Line(bulletin.title, f"{bulletin.get_status_display()} · {figures.moment(bulletin.drafted_at)}")


WAITS = (Waiting("drafts", 30, _drafts),)
