"""A replayed year with an office's edits in between and afterwards, recounted whenever something is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models.signals import post_save
from django.test.utils import override_settings
from django.utils import timezone, translation

from dispatch.models import RankingSnapshot
from organization.profiles.services import load_profile
from organization.units.models import Unit
from recount import facts
from recount.published import Copy, copy_of
from simulation.year import World, live, moment, settle

Edit = Callable[["Play", date], None]


@dataclass
class Play:
    """The county as it lives: its people and dice, what was recounted when something was published."""

    world: World
    copies: dict[int, Copy] = field(default_factory=dict)  # by published ranking
    done: list[str] = field(default_factory=list)  # the edits that were made, in words
    refused: list[str] = field(default_factory=list)  # those that the application didn't take, with why

    @property
    def county(self) -> Unit:
        return self.world.county

    def keep(self, snapshot: RankingSnapshot) -> None:
        """Recounts the month of *snapshot* as the facts are now."""
        read = facts.read(self.county.pk)
        today = timezone.localdate(snapshot.cut_off)
        self.copies[snapshot.pk] = copy_of(read, snapshot.period, snapshot.pk, self.copies, today)


def play(profile: str, *, start: date, end: date, count: int, seed: int, edits: dict[date, list[Edit]]) -> Play:
    """Let the county of *profile* live from *start* to *end*, with *edits* at the end of their days."""
    mail = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
    with translation.override("zh-hans"), mail:
        county = load_profile(profile, now=moment(start, 8)).county
        found = Play(settle(county, start=start, end=end, count=count, seed=seed))
        with kept(found):
            for day in _days(start, max([end, *edits])):
                if day <= end:
                    live(found.world, day)
                for edit in edits.get(day, []):
                    edit(found, day)
    return found


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += timedelta(days=1)


@contextmanager
def kept(found: Play) -> Iterator[None]:
    """Meanwhile each ranking that is published is recounted at that moment."""

    def saved(sender: Any, instance: RankingSnapshot, created: bool, **_more: Any) -> None:
        if created and instance.county_id == found.county.pk:
            found.keep(instance)

    post_save.connect(saved, sender=RankingSnapshot, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(saved, sender=RankingSnapshot)
