"""Problems on the board: a lane for each rung of the county's ladder, a card for each problem. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.amounts import figures
from core.days import workdays
from core.days.office import Days, local_day
from core.days.periods import Period
from dispatch.problems import ladder as escalation
from dispatch.problems.models import Problem, ProblemQuerySet
from dispatch.problems.rules import Level, ProblemRules
from organization.people.models import Post
from organization.profiles.rules import Rules
from organization.units.models import Unit

CARDS = 8  # of a lane; the rest is in the list


@dataclass
class Card:
    """A problem with its clock in words."""

    problem: Problem
    category: str
    used: int
    total: int
    words: str
    late: bool
    level: str = ""
    road: str = ""  # where it has lain, where that is asked for


@dataclass
class Lane:
    level: Level
    number: int
    who: str
    cards: list[Card] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(card.late for card in self.cards)

    @property
    def shown(self) -> list[Card]:
        return self.cards[:CARDS]

    @property
    def more(self) -> int:
        return max(len(self.cards) - CARDS, 0)


def card(problem: Problem, rules: Rules, now: datetime, days: Days) -> Card:
    """*problem* as it stands at *now*."""
    total, ladder = rules[ProblemRules].due_workdays, rules[ProblemRules].ladder
    clock = escalation.clock(problem.due_on, local_day(now), total, days)
    return Card(
        problem=problem,
        category=rules[ProblemRules].labels.get(problem.category, problem.category),
        used=clock.used + (clock.late and clock.left == 0),
        total=total,
        words=_words(problem, clock, now, days, top=problem.level >= len(ladder) - 1),
        late=clock.late and problem.status == Problem.Status.OPEN,
        level=ladder[min(problem.level, len(ladder) - 1)].label if ladder else "",
    )


def _words(problem: Problem, clock: escalation.Clock, now: datetime, days: Days, *, top: bool) -> str:
    if problem.status == Problem.Status.CLOSED:
        return problem.get_status_display()
    if problem.status == Problem.Status.ANSWERED:
        return _("waiting for confirmation")
    if problem.waits_until and problem.waits_until >= local_day(now):
        return _("waits until %(day)s") % {"day": figures.day(problem.waits_until, local_day(now))}
    if clock.late:
        n = max(-clock.left, 1)
        late = ngettext("%(n)s working day late", "%(n)s working days late", n) % {"n": n}
        return late if top else late + _("; ") + _climb(problem, now, days)
    if clock.left == 0:
        return _("due today")
    if clock.left == 1:
        return _("1 working day left")
    if clock.used == 0:
        return _("counts from the next working day")
    return _("day %(n)s of %(total)s") % {"n": clock.used, "total": clock.total}


def _climb(problem: Problem, now: datetime, days: Days) -> str:
    """When it climbs: tomorrow morning, or on the first working day there is."""
    moment = escalation.climb_at(problem.due_on, days)
    if moment <= now:
        return _("climbs now")
    if (local_day(moment) - local_day(now)).days == 1:
        return _("climbs tomorrow morning")
    return _("climbs on the next working morning")


def lanes(found: Iterable[Problem], county: Unit, rules: Rules, now: datetime, days: Days) -> list[Lane]:
    """The open problems under the rungs of the ladder, those that are due first on top; in a county without a ladder
    none: its problems stand in the list."""
    result = [Lane(level, n, _who(level, county)) for n, level in enumerate(rules[ProblemRules].ladder)]
    for problem in found if result else ():
        result[min(problem.level, len(result) - 1)].cards.append(card(problem, rules, now, days))
    return result


def _who(level: Level, county: Unit) -> str:
    """The post that answers on a rung, or nothing where it is each problem's own unit."""
    if level.post:
        return level.post
    if level.role == "owner":
        return ""
    titles = list(
        Post.objects.filter(unit__county=county, role=level.role, active=True).values_list("title", flat=True)[:2]
    )
    return titles[0] + (_(" and others") if len(titles) > 1 else "") if titles else ""


@dataclass(frozen=True)
class Summary:
    """The line under the page's title."""

    open: int
    late: int
    closed: int
    average: Fraction | None  # working days from raised to closed
    month: Period


def summary(problems: ProblemQuerySet, on: date, days: Days) -> Summary:
    """What is open and late on *on*, and what was closed in its month."""
    once = problems.filter(merged_into=None)  # not its doubles
    closed = once.filter(closed_on__gte=on.replace(day=1), closed_on__lte=on).values_list("raised_on", "closed_on")
    spent = [workdays.workdays_between(raised, end, days) for raised, end in closed if end]
    waiting = problems.filter(status=Problem.Status.OPEN)
    return Summary(
        open=waiting.count(),
        late=waiting.filter(due_on__lt=on).count(),
        closed=len(spent),
        average=Fraction(sum(spent), len(spent)) if spent else None,
        month=Period.of(on),
    )
