"""Who is reminded of a thing that is due: those on whose list it stands, the unit's head, who leads. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from django.utils import translation

from core.collect import gather
from core.days.office import local_day
from core.due import Due, DueItem
from organization.people import recipients
from organization.people.models import Post, Role, User
from organization.people.recipients import WORKING
from organization.portfolios.models import Coverage
from organization.units.models import Unit
from outbox.reminders.models import Pause


class People:
    """The people of one county at one moment; what is asked again is kept."""

    def __init__(self, county: Unit, now: datetime) -> None:
        self.county, self.now = county, now
        self._lists: dict[tuple[str, int], set[tuple[str, str]]] = {}
        self._english: dict[str, dict[tuple[str, str], DueItem]] = {}
        self._own: dict[tuple[str, str], tuple[list[User], bool]] = {}

    @cached_property
    def units(self) -> dict[int, Unit]:
        return {unit.pk: unit for unit in Unit.objects.filter(county=self.county)}

    @cached_property
    def _posts(self) -> dict[int, list[Post]]:
        """By unit, the posts in which somebody works."""
        posts = Post.objects.filter(
            unit__county=self.county, active=True, holder__is_active=True, role__in=WORKING
        ).select_related("holder")
        found: dict[int, list[Post]] = {}
        people: dict[int, User] = {}
        for post in posts.order_by("position", "pk"):
            if post.holder is not None:
                post.holder = people.setdefault(post.holder.pk, post.holder)  # one of each, who keeps what they hold
                found.setdefault(post.unit_id, []).append(post)
        return found

    @cached_property
    def _coverage(self) -> Coverage:
        return Coverage(self.county, local_day(self.now))

    @cached_property
    def _pauses(self) -> list[Pause]:
        return list(Pause.objects.filter(person__posts__unit__county=self.county).distinct())

    def own(self, due: Due, item: DueItem) -> tuple[list[User], bool]:
        """Those who have it on their list, of the nearest unit, officers before heads; where nobody has, the head of
        the unit, and true: it has no owner."""
        if (item.kind, item.key) not in self._own:
            self._own[item.kind, item.key] = self._find(due, item)
        return self._own[item.kind, item.key]

    def _find(self, due: Due, item: DueItem) -> tuple[list[User], bool]:
        unit = self.units.get(item.unit_id)
        while unit is not None and unit.pk != self.county.pk:
            if found := self._listed(due, item, self._posts.get(unit.pk, [])):
                return found, False
            unit = self.units.get(unit.parent_id or 0)
        # A thing of the whole county: mostly the office's; or of a unit in which others do it: a leader's, of whom the
        # secretary reports.
        everybody = [post for posts in self._posts.values() for post in posts]
        if found := self._listed(due, item, [post for post in everybody if post.role == Role.OFFICE]):
            return found, False
        if found := self._listed(due, item, everybody):
            return found, False
        return self._heads(item) or recipients.office(self.county), True

    def _listed(self, due: Due, item: DueItem, posts: Iterable[Post]) -> list[User]:
        mine = [post for post in posts if post.holder and self._has(due, item, post.holder)]
        officers = [post for post in mine if post.role == Role.OFFICER]
        return list({post.holder.pk: post.holder for post in officers or mine if post.holder}.values())

    def _has(self, due: Due, item: DueItem, person: User) -> bool:
        if (due.key, person.pk) not in self._lists:
            items = due.items(self.county, self.now, person)
            self._lists[due.key, person.pk] = {(one.kind, one.key) for one in items}
        return (item.kind, item.key) in self._lists[due.key, person.pk]

    def _heads(self, item: DueItem) -> list[User]:
        """Of the nearest unit that has a head; a unit of leaders has none."""
        unit = self.units.get(item.unit_id)
        while unit is not None and unit.pk != self.county.pk:
            posts = [post for post in self._posts.get(unit.pk, []) if post.role == Role.UNIT_HEAD]
            if posts:
                return list({post.holder.pk: post.holder for post in posts if post.holder}.values())
            unit = self.units.get(unit.parent_id or 0)
        return []

    def heads(self, item: DueItem, own: Iterable[User]) -> list[User]:
        """The head of the unit that owes it, unless it is theirs to do anyway."""
        mine = {one.pk for one in own}
        return [one for one in self._heads(item) if one.pk not in mine]

    def leaders(self, item: DueItem, own: Iterable[User]) -> list[User]:
        """Who leads the project, else who answers for the unit, else the office; unless it is theirs to do anyway."""
        found: list[User] = []
        if item.project_id:
            found = [
                one for lead in gather("led_by") for one in lead.people([item.project_id]).get(item.project_id, ())
            ]
        if not found and (unit := self.units.get(item.unit_id)):
            posts = self._coverage.leaders(unit=unit)[:1]
            found = [post.holder for post in posts if post.holder and post.holder.is_active]
        mine = {one.pk for one in own}
        return [one for one in found or recipients.office(self.county) if one.pk not in mine]

    def paused(self, person: User, item: DueItem, on: date) -> bool:
        """Whether *person* doesn't want to be reminded of it today."""
        return any(
            pause.person_id == person.pk and holds(pause, item) and (pause.until is None or pause.until > on)
            for pause in self._pauses
        )

    def english(self, due: Due, item: DueItem) -> DueItem:
        """*item* as an English page has it."""
        if due.key not in self._english:
            with translation.override("en"):
                items = due.items(self.county, self.now, None)
                self._english[due.key] = {(one.kind, one.key): one for one in items}
        return self._english[due.key].get((item.kind, item.key), item)

    def ended(self, on: date) -> list[Pause]:
        """The pauses that are over on the morning of *on*."""
        return [pause for pause in self._pauses if pause.until is not None and pause.until <= on]


def holds(pause: Pause, item: DueItem) -> bool:
    """Whether the pause is of *item*."""
    return pause.kind == item.kind and pause.item in ("", item.key)
