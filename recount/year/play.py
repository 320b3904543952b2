"""A replayed year with an office's edits in between and afterwards, recounted whenever something is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models.signals import post_save
from django.test.utils import override_settings
from django.utils import timezone, translation

from core.refusals import Refused
from dispatch.models import RankingSnapshot
from jobs.heartbeat import tick
from organization.people.models import Post, Role, User
from organization.permissions import works_for
from organization.profiles.services import load_profile
from organization.units.models import Unit
from projects.models import Project
from projects.registry.permissions import authorities
from recount.facts import tables as facts
from recount.facts.published import Copy, copy_of
from simulation.world import World, moment
from simulation.year import live, settle


@dataclass
class Play:
    """The county as it lives: its people and dice, what was recounted when something was published."""

    world: World
    copies: dict[int, Copy] = field(default_factory=dict)  # by published ranking
    done: list[str] = field(default_factory=list)  # the edits that were made, in words
    refused: list[str] = field(default_factory=list)  # those that the application didn't take, with why
    touched: Counter[int] = field(default_factory=Counter)  # how often something was done to a project
    moved: set[int] = field(default_factory=set)  # units
    corrected: set[int] = field(default_factory=set)  # projects with facts that count in closed months after all
    year: int = 0
    months: int = 12
    last: date = date.min  # the day of the last edit

    @property
    def county(self) -> Unit:
        return self.world.county

    def keep(self, snapshot: RankingSnapshot) -> None:
        """Recounts the month of *snapshot* as the facts are now."""
        read = facts.read(self.county.pk)
        today = timezone.localdate(snapshot.cut_off)
        self.copies[snapshot.pk] = copy_of(read, snapshot.period, snapshot.pk, self.copies, today)


Edit = Callable[[Play, date], None]


def play(profile: str, *, start: date, end: date, count: int, seed: int, edits: Mapping[date, Sequence[Edit]]) -> Play:
    """Let the county of *profile* live from *start* to *end*, with *edits* at the end of their days."""
    mail = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
    with translation.override("zh-hans"), mail:
        county = load_profile(profile, now=moment(start, 8)).county
        found = Play(settle(county, start=start, end=end, count=count, seed=seed), year=start.year, months=end.month)
        living = found.world.living
        living.habits = [replace(habit, live=_forgiving(habit.live)) for habit in living.habits]
        with kept(found):
            found.last = max([end, *edits])
            for day in _days(start, found.last):
                if day <= end:
                    _forgiving(live)(found.world, day)
                else:
                    tick(moment(day, 8, 30))
                for edit in edits.get(day, []):
                    moved = len(found.moved)
                    edit(found, day)
                    _look_again(found, people=len(found.moved) > moved)
    return found


def _forgiving(act: Callable[..., Any]) -> Callable[..., None]:
    """*act*, where what the replay's people may not do any more since an edit stays undone that day, as in life."""

    def tried(*about: Any) -> None:
        with suppress(Refused):
            act(*about)

    return tried


def _look_again(found: Play, *, people: bool) -> None:
    """The replay knows the projects as they are after an edit, and its *people* where units changed."""
    world = found.world
    for project in world.projects.values():
        project.refresh_from_db()
    if people:
        world.officers |= {unit: User.objects.get(pk=officer.pk) for unit, officer in world.officers.items()}
        holders = Post.objects.filter(
            role=Role.APPROVER, active=True, unit__county=found.county, holder__is_active=True
        )
        approvers = [post.holder for post in holders.select_related("holder").order_by("pk") if post.holder]
        for kind, giver in authorities(found.county).items():
            world.approvers[kind] = next(user for user in approvers if works_for(user, giver, Role.APPROVER))
    led = Project.objects.filter(county=found.county).order_by().values_list("lead_unit", flat=True).distinct()
    for unit in led:
        world.officers.setdefault(unit, world.office)


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
