"""What the pages of campaigns show: where a campaign is, how its units stand, a unit's own tasks with their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from core.days.office import local_day
from dispatch.campaigns.models import REACHED, Campaign, Phase, Status, Task, TaskQuerySet, TaskStep
from dispatch.campaigns.words import in_words, progress
from organization.people.models import User
from organization.units.models import Unit


@dataclass(frozen=True)
class Stretch:
    """A phase in the bar: of 1000 parts of the campaign it begins at `start` and is `wide`; its tasks as figures."""

    phase: Phase
    start: int
    wide: int
    here: bool
    tasks: int
    done: int
    href: str


@dataclass(frozen=True)
class Bar:
    """The campaign's days as a bar: its phases, and where today is (None: before or after)."""

    stretches: Sequence[Stretch]
    today: int | None
    day: int  # the how manieth, of …
    days: int
    left: int


@dataclass
class Line:
    """How a unit stands: tasks, done (stated or confirmed), late; `percents` of each; those whose day has passed or
    that are done, and of these the ones done by their day."""

    unit: Unit
    href: str
    tasks: int = 0
    done: int = 0
    late: int = 0
    percents: int = 0
    judged: int = 0
    in_time: int = 0

    @property
    def average(self) -> int:
        """The mean of the percents, rounded down: no task is done before it is."""
        return self.percents // self.tasks if self.tasks else 0

    @property
    def rate(self) -> int | None:
        """The share done by their day, in percent rounded down; None where nothing was due yet."""
        return self.in_time * 100 // self.judged if self.judged else None


@dataclass(frozen=True)
class Standing:
    campaign: Campaign
    bar: Bar
    lines: Sequence[Line]
    whole: Line
    waiting: int  # stated as done, to be confirmed
    asked: int  # more days asked for
    late: Sequence[Task] = field(default_factory=tuple)  # the longest first

    @property
    def hidden(self) -> bool:
        """Whether more are late than `late` shows."""
        return self.whole.late > len(self.late)


LATE_SHOWN = 8


def address(campaign: Campaign, **asked: str) -> str:
    """The list of its tasks, narrowed."""
    return f"{reverse('dispatch:campaign_tasks')}?{urlencode({'campaign': campaign.pk, 'level': 'given'} | asked)}"


def standing(campaign: Campaign, user: User, on: date) -> Standing:
    """How *campaign* stands on *on*, of the tasks that *user* may see: each figure is counted by the list it opens."""
    tasks = list(_of(campaign, user).select_related("unit", "post__unit").order_by("due_on", "position", "pk"))
    lines: dict[int, Line] = {}
    whole = Line(campaign.county, address(campaign))
    for task in tasks:
        line = lines.setdefault(task.unit_id, Line(task.unit, address(campaign, unit=task.unit.code)))
        for one in (line, whole):
            _count(one, task, on)
    late = [task for task in tasks if task.is_late(on)]
    return Standing(
        campaign=campaign,
        bar=bar(campaign, tasks, on),
        lines=sorted(lines.values(), key=lambda one: (one.unit.position, one.unit.pk)),
        whole=whole,
        waiting=sum(task.status == Status.DONE for task in tasks),
        asked=sum(task.asked_until is not None and task.status == Status.OPEN for task in tasks),
        late=late[:LATE_SHOWN],
    )


def _of(campaign: Campaign, user: User) -> TaskQuerySet:
    visible: TaskQuerySet = Task.objects.visible_to(user)
    return visible.given().standing().filter(campaign=campaign)


def _count(line: Line, task: Task, on: date) -> None:
    reached = task.status in REACHED
    line.tasks += 1
    line.done += reached
    line.late += task.is_late(on)
    line.percents += task.percent
    if reached or task.is_late(on):
        line.judged += 1
        line.in_time += reached and task.done_on is not None and task.done_on <= task.due_on


def bar(campaign: Campaign, tasks: Sequence[Task], on: date) -> Bar:
    days = (campaign.last_on - campaign.first_on).days + 1

    def at(day: date) -> int:
        return (day - campaign.first_on).days * 1000 // days

    stretches = []
    for number, phase in enumerate(campaign.stretches):
        its = [task for task in tasks if phase.holds(task.due_on)]
        wide = ((phase.last - phase.first).days + 1) * 1000 // days
        done = sum(task.status in REACHED for task in its)
        href = address(campaign, phase=f"{campaign.pk}:{number}")
        stretches.append(Stretch(phase, at(phase.first), wide, phase.holds(on), len(its), done, href))
    inside = campaign.first_on <= on <= campaign.last_on
    day = min(max((on - campaign.first_on).days + 1, 0), days)
    return Bar(stretches, at(on) if inside else None, day, days, days - day)


# a unit's own -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """A task of the unit, with its parts as they stand."""

    task: Task
    parts: Sequence[Own]
    late: bool

    @property
    def how_far(self) -> str:
        return progress(self.task)


def own(user: User, where: Q, on: date) -> list[tuple[Campaign, list[Own]]]:
    """The tasks that are *user*'s own (by the condition *where*) in campaigns that go on, with all their parts; a
    part whose whole is shown too stands beneath it only."""
    rows = Task.objects.visible_to(user).filter(where, campaign__closed_on=None).standing()
    mine = list(rows.whole().order_by("campaign__first_on", "campaign", "due_on", "position", "pk"))
    known = {task.pk for task in mine}
    tree = _parts(mine)
    found: dict[int, tuple[Campaign, list[Own]]] = {}
    for task in mine:
        if task.parent_id in known or (task.parent and task.parent.parent_id in known):
            continue
        found.setdefault(task.campaign_id, (task.campaign, []))[1].append(_own(task, tree, on))
    return list(found.values())


def _parts(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """All that hangs below *tasks*, by whose part it is; a query for each level."""
    found: dict[int, list[Task]] = {}
    level = [task.pk for task in tasks]
    while level:
        rows = list(Task.objects.filter(parent__in=level).standing().whole().order_by("position", "pk"))
        for row in rows:
            if row.parent_id is not None and row not in found.get(row.parent_id, []):
                found.setdefault(row.parent_id, []).append(row)
        level = [row.pk for row in rows]
    return found


def _own(task: Task, tree: dict[int, list[Task]], on: date) -> Own:
    return Own(task, [_own(part, tree, on) for part in tree.get(task.pk, [])], task.is_late(on))


def with_parts(task: Task, on: date) -> Own:
    """*task* with all its parts."""
    return _own(task, _parts([task]), on)


# one task -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A step of the road, in words."""

    step: TaskStep
    words: str


def road(task: Task) -> list[Told]:
    """All that happened to *task*, the newest first: what was taken back says so."""
    return [Told(step, in_words(step, task)) for step in task.steps.select_related("by").order_by("-pk")]


def of_project(user: User, project: int, now: Any) -> list[Own]:
    """The tasks that are about a project, as *user* may see them."""
    on = local_day(now)
    rows = Task.objects.visible_to(user).given().standing().filter(project=project).whole()
    return [Own(task, (), task.is_late(on)) for task in rows.order_by("due_on", "pk")]
