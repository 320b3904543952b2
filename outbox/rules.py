"""What a county's profile says of reminding: the ladders, when it is quiet, which group is told what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any

from django.utils.translation import gettext as _

from core.coded import short
from core.days.office import MORNING, Hours
from core.due import kinds
from core.shapes import Name, Say, between, one_of, tables
from organization.profiles.rules import Profile, Section

LONGEST = 60  # working days before or after the day

Workdays = Annotated[int, between(1, LONGEST)]
Kind = Annotated[str, one_of(kinds)]


@dataclass(frozen=True)
class Ladder:
    """On which working days before and after its day a thing is reminded of; from which day overdue the unit's head
    hears of it, from which the leader (0: never)."""

    kinds: tuple[Kind, ...] = ()  # none: all that no other ladder names
    before: tuple[Workdays, ...] = ()
    on_day: bool = False
    after: tuple[Workdays, ...] = ()
    head: Annotated[int, between(0, LONGEST)] = 0
    leader: Annotated[int, between(0, LONGEST)] = 0


@dataclass(frozen=True)
class Group:
    """A group of WeCom or DingTalk: its robot stands under the same name in the settings of the machine."""

    name: Annotated[str, short(20)]
    label: Name
    kinds: tuple[Kind, ...] = ()  # none: all
    overdue: Annotated[int, between(0, LONGEST)] = 0  # what is so many working days late; 0: what is due that day too


@dataclass(frozen=True)
class ReminderRules:
    """Who is reminded of what when. Nothing goes out before `morning`, after `evening`, or on rest days unless they
    are wanted; what is `urgent` doesn't wait for the morning's mail, but for the end of the quiet hours."""

    enabled: bool = True
    morning: time = time(8, 0)
    evening: time = time(20, 0)
    rest_days: bool = False
    urgent: tuple[Kind, ...] = ()
    ladder: tuple[Ladder, ...] = ()
    group: tuple[Group, ...] = ()

    @property
    def hours(self) -> Hours:
        return Hours(self.morning, self.evening, self.rest_days)

    def of(self, kind: str) -> Ladder | None:
        """The ladder of *kind*: the one that names it, else the one that names none."""
        named = (one for one in self.ladder if kind in one.kinds)
        return next(named, next((one for one in self.ladder if not one.kinds), None))


def _check(table: Any, profile: Profile, say: Say) -> None:
    if not isinstance(table, Mapping):
        return
    morning, evening = table.get("morning"), table.get("evening")
    if isinstance(morning, time) and morning < MORNING:
        say(("reminders", "morning"), _("write 07:00:00 or later: what is due in the morning is put together then"))
    if isinstance(morning, time) and isinstance(evening, time) and evening <= morning:
        say(("reminders", "evening"), _("the evening has to come after the morning: else nothing ever goes out"))
    if table.get("enabled") is not False and not list(tables(table, "ladder")):
        said = _("without a ladder nobody is reminded: write one, or enabled = false if that is meant")
        say(("reminders", "ladder"), said)
    seen: set[str] = set()
    for index, one in tables(table, "ladder"):
        _ladder(one, lambda key, said, index=index: say(("reminders", "ladder", index, key), said), seen)
    names: set[str] = set()
    for index, one in tables(table, "group"):
        name = str(one.get("name"))
        if name in names:
            say(("reminders", "group", index, "name"), _("the name “%(name)s” stands twice") % {"name": name})
        names.add(name)


def _ladder(one: Mapping[str, Any], wrong: Any, seen: set[str]) -> None:
    """*seen*: what the ladders before it name; “” is the one that names none."""
    head, leader = one.get("head", 0), one.get("leader", 0)
    if not (one.get("before") or one.get("on_day") or one.get("after") or head or leader):
        wrong("before", _("this ladder has no step: write before, on_day, after, head or leader"))
    if isinstance(head, int) and isinstance(leader, int) and 0 < leader <= head:
        said = _("the leader hears later than the head (%(head)s working days): write more than that")
        wrong("leader", said % {"head": head})
    named = one.get("kinds") or [""]
    for kind in named if isinstance(named, list) else ():
        if kind in seen:
            wrong("kinds", _("“%(kind)s” is on two ladders: leave it on one") % {"kind": kind} if kind
                  else _("two ladders name no kind: only one can hold for all the others"))  # fmt: skip
        seen.add(kind)


RULES = (Section("reminders", ReminderRules, check=_check),)
