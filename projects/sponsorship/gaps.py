"""Who owes a visit where. The rule (`rules.owed`) over what is on file, and the same as a condition of a list; a test
compares the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.days.office import Days, at
from core.days.periods import Period
from projects.registry.models import Project, Sponsor
from projects.sponsorship.models import Visit
from projects.sponsorship.rules import Duty, Owed, Seen, SponsorshipRules, due_on, owed

LAST = timedelta(days=370)  # how far back anybody looks for a day of a visit


@dataclass(frozen=True)
class Standing:
    """How one project stands: the duties of its periods, and when each side was there last."""

    owed: Sequence[Owed]
    last: Mapping[str, date]

    def open(self, side: str) -> list[Owed]:
        """What *side* can do still, that is what is owed in the periods that run."""
        return [one for one in self.owed if one.duty.who == side and one.open]

    def running(self, side: str) -> list[Owed]:
        """The periods of *side* that run, done or not."""
        return [one for one in self.owed if one.duty.who == side and not one.missed and self._newest(one)]

    def missed(self, side: str) -> int:
        return sum(one.missed for one in self.owed if one.duty.who == side)

    def _newest(self, one: Owed) -> bool:
        return not any(other.duty == one.duty and other.period > one.period for other in self.owed)


def since(project: Project) -> date | None:
    """From when *project* counts; None where nobody knows."""
    created = project.created_at and timezone.localdate(project.created_at)
    return project.counts_from or created


def standings(
    projects: Iterable[Project], rules: SponsorshipRules, on: date, days: Days, *, first: date | None = None
) -> dict[int, Standing]:
    """How each of *projects* stands on the day *on*, looked at from *first* (the year's first day) on. Two queries;
    who has no leader or is over owes nothing."""
    rows = list(projects)
    pks = [project.pk for project in rows]
    first = first or date(on.year, 1, 1)
    led: dict[int, date | None] = {}
    sponsors = Sponsor.objects.filter(project__in=pks).order_by("position", "pk")
    for pk, came in sponsors.values_list("project", "since"):
        led.setdefault(pk, came)  # the duty is the first one's
    seen: dict[int, list[Seen]] = defaultdict(list)
    last: dict[int, dict[str, date]] = defaultdict(dict)
    visits = Visit.objects.counted().filter(project__in=pks, on__gte=min(first, on - LAST), on__lte=on).order_by("on")
    for pk, day, side, kind in visits.values_list("project", "on", "side", "kind"):
        seen[pk].append(Seen(day, side, kind))
        last[pk][side] = day
    found = {}
    for project in rows:
        begun = since(project)
        due: list[Owed] = []
        if begun is not None and project.pk in led:
            began: dict[str, Any] = {"since": begun, "led_since": led[project.pk], "first": first}
            due = owed(on, seen[project.pk], rules, days=days, until=project.completed_on, **began)
        found[project.pk] = Standing(due, last[project.pk])
    return found


def owing(side: str, rules: SponsorshipRules, on: date, days: Days, *, before: bool = False) -> Q:
    """The condition on projects that *side* owes a visit in a period that runs on the day *on*; with *before* that the
    period before it went by without one."""
    found = Q(pk__in=[])
    for duty in rules.of(side):
        period = Period.of(on, duty.cycle)
        found |= lacking(duty, period.previous() if before else period, rules, days)
    return found


def lacking(duty: Duty, period: Period, rules: SponsorshipRules, days: Days) -> Q:
    """The condition on projects that *duty* is owed in *period* and not done."""
    if due_on(period, rules, days) is None or (rules.counts_from and rules.counts_from > period.first):
        return Q(pk__in=[])
    visits = Visit.objects.counted().filter(
        project=OuterRef("pk"), side=duty.who, kind__in=duty.kinds, on__range=(period.first, period.last)
    )
    begun = at(period.first + timedelta(days=1), time(0))
    began = Q(counts_from__lte=period.first) | Q(counts_from=None, created_at__lt=begun)
    running = Q(completed_on=None) | Q(completed_on__gt=period.last)
    led = Sponsor.objects.filter(project=OuterRef("pk"))
    if duty.who == "leader":
        ahead = Q(position__lt=OuterRef("position")) | Q(position=OuterRef("position"), pk__lt=OuterRef("pk"))
        before = Sponsor.objects.filter(ahead, project=OuterRef("project"))
        led = led.filter(Q(since=None) | Q(since__lte=period.first)).exclude(Exists(before))
    return began & running & Q(Exists(led)) & ~Q(Exists(visits))
